"""Rules between the variables of the network."""

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network
from typing import Final

from infra.config.endpoints import GATEWAYS, list_task_interfaces, needs_routes
from infra.config.model import Config
from infra.config.rules.mistakes import mistake
from infra.config.values import Service
from infra.exceptions import ConfigMistake

_ZONES: Final = 2
# Each half is a subnet with addresses for the load balancer (at least a /27 with eight free ones),
# up to eight endpoints, the VPC link, and twice the tasks during a deployment.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
_SMALLEST_NEW_VPC: Final = 24


def find_network_mistakes(config: Config) -> Iterator[ConfigMistake]:
    """Find combinations of the network's variables that cannot be deployed."""
    if config.vpc_id:
        yield from _check_vpc(config)
        yield from _check_created_endpoints(config)
        yield from _check_existing_endpoints(config)
    else:
        yield from _check_new_vpc(config)
        yield from _check_zones(config)
    yield from _check_prefix_lists(config)


def _check_vpc(config: Config) -> Iterator[ConfigMistake]:
    for name in ("private_subnet_1", "private_subnet_2"):
        if not getattr(config, name):
            yield mistake(name, "is required with VPC_ID")
    if config.private_subnet_1 and config.private_subnet_1 == config.private_subnet_2:
        yield mistake("private_subnet_2", "is the same as PRIVATE_SUBNET_1")
    if config.availability_zones:
        yield mistake("availability_zones", "is for a new VPC: the subnets of VPC_ID have theirs")


def _check_created_endpoints(config: Config) -> Iterator[ConfigMistake]:
    gateways = [each for each in config.create_endpoints if each in GATEWAYS]
    interfaces = [each for each in config.create_endpoints if each not in GATEWAYS]
    usable = (*GATEWAYS, *list_task_interfaces(config))
    for service in config.create_endpoints:
        if service not in usable:
            yield mistake("create_endpoints", f"{service} is none of {', '.join(usable)}")
        elif service in config.existing_endpoints:
            yield mistake("create_endpoints", f"{service} is in EXISTING_ENDPOINTS")
    yield from _check_use(config, "route_table_ids", "a gateway endpoint", gateways)
    yield from _check_use(config, "vpc_cidr", "an interface endpoint", interfaces)
    if len(config.route_table_ids) > _ZONES:
        yield mistake("route_table_ids", "must be one for both subnets, or one for each")


def _check_use(
    config: Config, name: str, kind: str, created: Sequence[Service]
) -> Iterator[ConfigMistake]:
    """Require a variable exactly if endpoints of a kind are created."""
    if created and not getattr(config, name):
        yield mistake(name, f"is required to create an endpoint of {created[0]}")
    if getattr(config, name) and not created:
        yield mistake(name, f"requires {kind} in CREATE_ENDPOINTS")


def _check_existing_endpoints(config: Config) -> Iterator[ConfigMistake]:
    for service in config.existing_endpoints:
        if service in GATEWAYS:
            yield mistake(
                "existing_endpoints",
                f"{service} has a gateway endpoint, which is used without being named",
            )
        elif not config.endpoint_security_group_id:
            yield mistake(
                "endpoint_security_group_id",
                f"is required with an existing endpoint of {service}",
            )
            return


def _check_new_vpc(config: Config) -> Iterator[ConfigMistake]:
    for name in (
        "private_subnet_1",
        "private_subnet_2",
        "create_endpoints",
        "route_table_ids",
        "existing_endpoints",
        "endpoint_security_group_id",
    ):
        if getattr(config, name):
            yield mistake(name, "requires VPC_ID")
    if len(config.vpc_cidr) > 1:
        yield mistake("vpc_cidr", "must be one range for a new VPC")
    if any(IPv4Network(each).prefixlen > _SMALLEST_NEW_VPC for each in config.vpc_cidr):
        yield mistake("vpc_cidr", f"must be at least a /{_SMALLEST_NEW_VPC} for a new VPC")


def _check_zones(config: Config) -> Iterator[ConfigMistake]:
    zones = config.availability_zones
    if zones and len(set(zones)) != _ZONES:
        yield mistake("availability_zones", "must be two different zones")
    if any(zone[:-1] != config.aws_region for zone in zones):
        yield mistake("availability_zones", f"must be in {config.aws_region}")


def _check_prefix_lists(config: Config) -> Iterator[ConfigMistake]:
    if needs_routes(config):
        return
    for service in GATEWAYS:
        if service not in config.prefix_list_ids:
            yield mistake(
                f"{service}_prefix_list_id", "is required: see `aws ec2 describe-prefix-lists`"
            )
