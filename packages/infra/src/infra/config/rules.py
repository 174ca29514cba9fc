"""Rules between variables; `values` validates each by itself."""

from collections.abc import Iterator
from typing import Final

from infra.config.model import Config
from infra.config.values import Service
from infra.exceptions import ConfigMistake
from notification_models.schema import COMMAND_RECORDS

_ZONES: Final = 2


def find_mistakes(config: Config) -> Iterator[ConfigMistake]:
    """Find combinations that cannot be deployed, or not as intended."""
    yield from _check_vpc(config) if config.vpc_id else _check_new_vpc(config)
    yield from _check_zones(config)
    yield from _check_prefix_lists(config)
    yield from _check_tasks(config)
    yield from _check_pair(config, "image_repository", "image_digest")
    yield from _check_pair(config, "certificate_arn", "certificate_domain")
    yield from _check_pair(config, "command_table_name", "command_stream_arn")
    yield from _check_stream(config)
    yield from _check_read_table(config)
    yield from _check_certificate(config)
    yield from _check_query_lambda(config)
    yield from _check_watched_aps(config)
    yield from _check_console(config)


def _check_vpc(config: Config) -> Iterator[ConfigMistake]:
    for name in ("private_subnet_1", "private_subnet_2", "availability_zones", "route_table_ids"):
        if not getattr(config, name):
            yield _mistake(name, "is required with VPC_ID")
    interfaces = [each for each in config.existing_endpoints if not each.is_gateway]
    if interfaces and not config.endpoint_security_group_id:
        yield _mistake(
            "endpoint_security_group_id",
            f"is required with an existing endpoint of {interfaces[0]}",
        )
    if config.private_subnet_1 and config.private_subnet_1 == config.private_subnet_2:
        yield _mistake("private_subnet_2", "is the same as PRIVATE_SUBNET_1")
    if len(config.route_table_ids) > _ZONES:
        yield _mistake("route_table_ids", "must be one for both subnets, or one for each")


def _check_new_vpc(config: Config) -> Iterator[ConfigMistake]:
    for name in (
        "private_subnet_1",
        "private_subnet_2",
        "route_table_ids",
        "existing_endpoints",
        "endpoint_security_group_id",
    ):
        if getattr(config, name):
            yield _mistake(name, "requires VPC_ID")


def _check_zones(config: Config) -> Iterator[ConfigMistake]:
    zones = config.availability_zones
    if zones and len(set(zones)) != _ZONES:
        yield _mistake("availability_zones", "must be two different zones")
    if any(zone[:-1] != config.aws_region for zone in zones):
        yield _mistake("availability_zones", f"must be in {config.aws_region}")


def _check_prefix_lists(config: Config) -> Iterator[ConfigMistake]:
    for service in (Service.DYNAMODB, Service.S3):
        if service not in config.prefix_list_ids:
            yield _mistake(
                f"{service}_prefix_list_id", "is required: see `aws ec2 describe-prefix-lists`"
            )


def _check_tasks(config: Config) -> Iterator[ConfigMistake]:
    if config.min_tasks > config.max_tasks:
        yield _mistake("min_tasks", f"must not exceed MAX_TASKS, {config.max_tasks}")
    elif not config.min_tasks <= config.desired_tasks <= config.max_tasks:
        yield _mistake(
            "desired_tasks",
            f"must be between MIN_TASKS and MAX_TASKS, {config.min_tasks} and {config.max_tasks}",
        )


def _check_pair(config: Config, first: str, second: str) -> Iterator[ConfigMistake]:
    for name, other in ((first, second), (second, first)):
        if getattr(config, other) and not getattr(config, name):
            yield _mistake(name, f"is required with {other.upper()}")


def _check_stream(config: Config) -> Iterator[ConfigMistake]:
    if not config.command_table_name or not config.command_stream_arn:
        return
    if f":table/{config.command_table_name}/" not in config.command_stream_arn:
        yield _mistake("command_stream_arn", f"must be a stream of {config.command_table_name}")
    yield from _check_region_of_arn(config, "command_stream_arn", config.command_stream_arn)


def _check_read_table(config: Config) -> Iterator[ConfigMistake]:
    if config.read_table_name == (config.command_table_name or COMMAND_RECORDS.name):
        yield _mistake("read_table_name", "is the name of the command table")


def _check_certificate(config: Config) -> Iterator[ConfigMistake]:
    if config.certificate_arn:
        yield from _check_region_of_arn(config, "certificate_arn", config.certificate_arn)


def _check_region_of_arn(config: Config, name: str, arn: str) -> Iterator[ConfigMistake]:
    if arn.split(":")[3] != config.aws_region:
        yield _mistake(name, f"must be in {config.aws_region}")


def _check_query_lambda(config: Config) -> Iterator[ConfigMistake]:
    if config.query_reserved_concurrency and config.query_backend != "lambda":
        yield _mistake("query_reserved_concurrency", "requires QUERY_BACKEND=lambda")


def _check_watched_aps(config: Config) -> Iterator[ConfigMistake]:
    if config.watched_ap_ids and config.metrics_by_ap == "off":
        yield _mistake("watched_ap_ids", "requires METRICS_BY_AP=on")


def _check_console(config: Config) -> Iterator[ConfigMistake]:
    if config.console is None:
        return
    if config.vpc_id is None:
        yield _mistake(
            "console_host",
            "requires VPC_ID: the load balancer reaches the sign-in provider through the routes of "
            "your subnets, and a new VPC has none",
        )
    for name in ("certificate_arn", "oidc_secret_arn"):
        arn = getattr(config.console, name)
        yield from _check_region_of_arn(config, f"console_{name}", arn)


def _mistake(name: str, reason: str) -> ConfigMistake:
    return ConfigMistake(name.upper(), reason)
