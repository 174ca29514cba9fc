"""Rules between the variables of the network."""

from collections.abc import Iterator
from typing import Final

from infra.config.model import Config
from infra.config.rules.mistakes import mistake
from infra.config.values import Service
from infra.exceptions import ConfigMistake

_ZONES: Final = 2


def find_network_mistakes(config: Config) -> Iterator[ConfigMistake]:
    """Find combinations of the network's variables that cannot be deployed."""
    yield from _check_vpc(config) if config.vpc_id else _check_new_vpc(config)
    yield from _check_zones(config)
    yield from _check_prefix_lists(config)


def _check_vpc(config: Config) -> Iterator[ConfigMistake]:
    for name in ("private_subnet_1", "private_subnet_2", "availability_zones", "route_table_ids"):
        if not getattr(config, name):
            yield mistake(name, "is required with VPC_ID")
    interfaces = [each for each in config.existing_endpoints if not each.is_gateway]
    if interfaces and not config.endpoint_security_group_id:
        yield mistake(
            "endpoint_security_group_id",
            f"is required with an existing endpoint of {interfaces[0]}",
        )
    if config.private_subnet_1 and config.private_subnet_1 == config.private_subnet_2:
        yield mistake("private_subnet_2", "is the same as PRIVATE_SUBNET_1")
    if len(config.route_table_ids) > _ZONES:
        yield mistake("route_table_ids", "must be one for both subnets, or one for each")


def _check_new_vpc(config: Config) -> Iterator[ConfigMistake]:
    for name in (
        "private_subnet_1",
        "private_subnet_2",
        "route_table_ids",
        "existing_endpoints",
        "endpoint_security_group_id",
    ):
        if getattr(config, name):
            yield mistake(name, "requires VPC_ID")


def _check_zones(config: Config) -> Iterator[ConfigMistake]:
    zones = config.availability_zones
    if zones and len(set(zones)) != _ZONES:
        yield mistake("availability_zones", "must be two different zones")
    if any(zone[:-1] != config.aws_region for zone in zones):
        yield mistake("availability_zones", f"must be in {config.aws_region}")


def _check_prefix_lists(config: Config) -> Iterator[ConfigMistake]:
    for service in (Service.DYNAMODB, Service.S3):
        if service not in config.prefix_list_ids:
            yield mistake(
                f"{service}_prefix_list_id", "is required: see `aws ec2 describe-prefix-lists`"
            )
