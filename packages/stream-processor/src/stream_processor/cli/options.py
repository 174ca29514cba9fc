"""What the operators' commands have in common: how they find AWS, and how they fail."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Concatenate, Final, ParamSpec

import click
from botocore.exceptions import BotoCoreError

from notification_models import NotificationsError
from notification_models.schema import COMMAND_RECORDS, NOTIFICATION_RECORDS
from stream_processor.settings import OperationSettings, parse_ttl_deletes

ParametersT = ParamSpec("ParametersT")

COULD_NOT_RUN: Final = 2


class CouldNotRunError(click.ClickException):
    """A command could not do its work; printed as one line."""

    exit_code = COULD_NOT_RUN


@contextmanager
def errors_as_messages() -> Iterator[None]:
    """Turn errors of ours and of AWS's client into `CouldNotRunError`; none has personal data."""
    try:
        yield
    except (NotificationsError, BotoCoreError) as error:
        raise CouldNotRunError(str(error)) from error


def settings_options(
    command: Callable[Concatenate[OperationSettings, ParametersT], None],
) -> Callable[..., None]:
    """Give a command the options for where it works; it takes them as its first argument."""

    @click.option(
        "--command-table",
        envvar="COMMAND_TABLE_NAME",
        default=COMMAND_RECORDS.name,
        help="Table of the command records.",
    )
    @click.option(
        "--read-table",
        envvar="READ_TABLE_NAME",
        default=NOTIFICATION_RECORDS.name,
        help="Table of the read model.",
    )
    @click.option(
        "--concurrency",
        envvar="WRITE_CONCURRENCY",
        type=click.IntRange(1, 256),
        default=16,
        help="Calls made at once.",
    )
    @click.option(
        "--ttl-deletes",
        envvar="TTL_DELETES",
        type=click.Choice(["delete", "keep"]),
        default="delete",
        help="What the processor does with the rows of expired command records.",
    )
    @click.option("--queue-url", envvar="QUARANTINE_QUEUE_URL", help="Queue of poison records.")
    @click.option("--bucket", envvar="FAILURES_BUCKET", help="Bucket of discarded batches.")
    @functools.wraps(command)
    def run(
        command_table: str,
        read_table: str,
        concurrency: int,
        ttl_deletes: str,
        queue_url: str | None,
        bucket: str | None,
        *args: ParametersT.args,
        **kwargs: ParametersT.kwargs,
    ) -> None:
        settings = OperationSettings(
            command_table_name=command_table,
            read_table_name=read_table,
            quarantine_queue_url=queue_url,
            failures_bucket=bucket,
            concurrency=concurrency,
            keeps_expired=parse_ttl_deletes(ttl_deletes),
        )
        command(settings, *args, **kwargs)

    return run
