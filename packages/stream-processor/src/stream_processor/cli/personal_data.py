"""The commands `export-user` and `erase-user`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, Literal

import click

from aws_client import find_session
from stream_processor.cli.options import errors_as_messages, settings_options
from stream_processor.cli.private_file import open_private_file
from stream_processor.cli.receipt import print_exported, print_receipt
from stream_processor.cli.reporting import create_console, show_progress
from stream_processor.exceptions import StoppedError
from stream_processor.operations.rate_limit import create_wait
from stream_processor.operations.stop_request import StopRequest, stop_on_signals
from stream_processor.personal_data.export import export_person
from stream_processor.personal_data.personal_data_tools import (
    PersonalDataTools,
    open_personal_data_tools,
)
from stream_processor.personal_data.receipt import ErasureReceipt
from stream_processor.settings import Settings

_IS_INCOMPLETE: Final = 1
_MAX_SEGMENTS: Final = 256
# A usual erasure reads the command table twice: the second scan finds nothing.
_USUAL_SCANS: Final = 2


def _check_user_id(_context: click.Context, _parameter: click.Parameter, user_id: str) -> str:
    try:
        is_empty = not user_id.encode()
    except UnicodeEncodeError:
        raise click.BadParameter("is not valid UTF-8") from None
    if is_empty:
        raise click.BadParameter("is empty")
    return user_id


def _person_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the user's id, the tables, and the limits of the scan."""
    options: list[Callable[..., Any]] = [
        click.argument("user_id", metavar="ID", callback=_check_user_id),
        click.option(
            "--segments",
            type=click.IntRange(1, _MAX_SEGMENTS),
            default=8,
            help="Parts of the command table read at once.",
        ),
        click.option(
            "--max-pages-per-second",
            type=click.FloatRange(0, min_open=True),
            help="Limit for all segments together; a page is up to 1 MB. Default: no limit.",
        ),
        # Not --ttl-deletes: rows of expired records are the person's too.
        settings_options("command_table_name", "read_table_name", "concurrency"),
    ]
    for add in reversed(options):
        command = add(command)
    return command


@click.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="File to create, readable by its owner alone. Default: standard output.",
)
@_person_options
def export_user(
    settings: Settings,
    user_id: str,
    output: Path | None,
    segments: int,
    max_pages_per_second: float | None,
) -> None:
    """Export everything that both tables hold of a user.

    Reads the whole command table. Writes a line of JSON for each command record, with its device
    token and payload, for each row and for each tombstone. The last line has their numbers. Put
    `--` before an ID that begins with a dash.
    """
    errors = create_console(stderr=True)
    with _open_tools(settings) as (tools, stop):
        commands, _ = tools.describe()
        wait = create_wait(stop, max_pages_per_second)
        person = tools.find_person(user_id, segments=segments, wait_for_page=wait)
        with (
            open_private_file(output) as file,
            show_progress(errors, "read", commands.item_count) as advance,
        ):
            counts = export_person(person, file.write, advance)
    print_exported(errors, counts)


@click.command()
@click.option("--dry-run", is_flag=True, help="Only count what would be deleted.")
@click.option("--yes", is_flag=True, help="Do not ask before deleting.")
@click.option(
    "--lag",
    type=click.FloatRange(0),
    default=30,
    help="Seconds to wait for the stream to delete the rows, before they are replaced.",
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json"]),
    default="text",
    help="Format of the receipt.",
)
@_person_options
def erase_user(
    settings: Settings,
    user_id: str,
    lag: float,
    output_format: Literal["text", "json"],
    segments: int,
    max_pages_per_second: float | None,
    *,
    dry_run: bool,
    yes: bool,
) -> None:
    """Erase a user: delete all their command records, and with them the rows.

    Reads the whole command table until a read finds nothing. Prints a receipt, which also says what
    stays where until when. Exits with status 0 if neither table has a record or row of the user any
    more, 1 if some may be left: run it again. Put `--` before an ID that begins with a dash.
    """
    if not (dry_run or yes):
        question = f"Delete all command records of this user from {settings.command_table_name}?"
        click.confirm(question, abort=True, err=True)
    receipt = ErasureReceipt(is_dry_run=dry_run)
    with _open_tools(settings) as (tools, stop):
        commands, _ = tools.describe()
        wait = create_wait(stop, max_pages_per_second)
        person = tools.find_person(user_id, segments=segments, wait_for_page=wait)
        eraser = tools.create_eraser(person, lag_s=lag, sleep=stop.sleep)
        total = commands.item_count * (1 if dry_run else _USUAL_SCANS)
        try:
            with (
                suppress(StoppedError),
                show_progress(create_console(stderr=True), "read", total) as advance,
            ):
                (eraser.count if dry_run else eraser.erase)(receipt, advance)
        finally:
            # What was deleted before an error is printed too.
            print_receipt(create_console(), receipt, output_format)
    if stop.is_requested:
        click.echo("Interrupted: run it again to continue", err=True)
    if stop.is_requested or not (dry_run or receipt.is_complete):
        click.get_current_context().exit(_IS_INCOMPLETE)


@contextmanager
def _open_tools(settings: Settings) -> Iterator[tuple[PersonalDataTools, StopRequest]]:
    with (
        errors_as_messages(),
        stop_on_signals() as stop,
        open_personal_data_tools(settings, find_session()) as tools,
    ):
        yield tools, stop
