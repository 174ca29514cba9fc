"""Rules between variables; `values` validates each by itself."""

from collections.abc import Iterator

from infra.config.model import Config
from infra.config.rules.access import find_access_mistakes
from infra.config.rules.mistakes import check_pair, check_region_of_arn, mistake
from infra.config.rules.network import find_network_mistakes
from infra.exceptions import ConfigMistake


def find_mistakes(config: Config) -> Iterator[ConfigMistake]:
    """Find combinations that cannot be deployed, or not as intended."""
    yield from find_network_mistakes(config)
    yield from find_access_mistakes(config)
    yield from _check_tasks(config)
    yield from check_pair(config, "image_repository", "image_digest")
    yield from check_pair(config, "command_table_name", "command_stream_arn")
    yield from check_pair(config, "delivery_repository", "delivery_environment")
    yield from _check_stream(config)
    yield from _check_read_table(config)
    yield from _check_keys(config)
    yield from _check_query_lambda(config)
    yield from _check_watched_aps(config)
    yield from _check_console(config)


def _check_tasks(config: Config) -> Iterator[ConfigMistake]:
    if config.min_tasks > config.max_tasks:
        yield mistake("min_tasks", f"must not exceed MAX_TASKS, {config.max_tasks}")
    elif config.desired_tasks is not None and not (
        config.min_tasks <= config.desired_tasks <= config.max_tasks
    ):
        yield mistake(
            "desired_tasks",
            f"must be between MIN_TASKS and MAX_TASKS, {config.min_tasks} and {config.max_tasks}",
        )


def _check_stream(config: Config) -> Iterator[ConfigMistake]:
    if not config.command_table_name or not config.command_stream_arn:
        return
    if f":table/{config.command_table_name}/" not in config.command_stream_arn:
        yield mistake("command_stream_arn", f"must be a stream of {config.command_table_name}")
    yield from check_region_of_arn(config, "command_stream_arn", config.command_stream_arn)


def _check_read_table(config: Config) -> Iterator[ConfigMistake]:
    if config.read_table == config.command_table:
        yield mistake("read_table_name", "is the name of the command table")


def _check_keys(config: Config) -> Iterator[ConfigMistake]:
    if config.command_table_key_arn and not config.command_table_name:
        yield mistake("command_table_key_arn", "requires COMMAND_TABLE_NAME")
    for name in ("command_table_key_arn", "kms_key_arn"):
        arn = getattr(config, name)
        if arn:
            yield from check_region_of_arn(config, name, arn)


def _check_query_lambda(config: Config) -> Iterator[ConfigMistake]:
    if config.query_reserved_concurrency and config.query_backend != "lambda":
        yield mistake("query_reserved_concurrency", "requires QUERY_BACKEND=lambda")


def _check_watched_aps(config: Config) -> Iterator[ConfigMistake]:
    if config.watched_ap_ids and config.metrics_by_ap == "off":
        yield mistake("watched_ap_ids", "requires METRICS_BY_AP=on")


def _check_console(config: Config) -> Iterator[ConfigMistake]:
    if config.console is None:
        return
    if config.vpc_id is None:
        yield mistake(
            "console_host",
            "requires VPC_ID: the load balancer reaches the sign-in provider through the routes of "
            "your subnets, and a new VPC has none",
        )
    for name in ("certificate_arn", "oidc_secret_arn"):
        arn = getattr(config.console, name)
        yield from check_region_of_arn(config, f"console_{name}", arn)
