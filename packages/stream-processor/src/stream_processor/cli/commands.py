"""The command group, and the commands `redrive`, `rebuild` and `verify`."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final, Literal

import boto3
import click

from aws_client import find_session
from stream_processor.aws.retry import BatchRetry
from stream_processor.cli.options import errors_as_messages, settings_options
from stream_processor.cli.personal_data import erase_user, export_user
from stream_processor.cli.reporting import (
    create_console,
    print_entry,
    print_rebuilt,
    print_redriven,
    print_verified_json,
    print_verified_table,
    show_progress,
)
from stream_processor.exceptions import StoppedError
from stream_processor.garbage import collect_rarely
from stream_processor.observability.embedded_metrics import emit_embedded
from stream_processor.operations.operator_tools import (
    OperatorTools,
    StoreName,
    create_failure_store,
    open_operator_tools,
)
from stream_processor.operations.rate_limit import create_wait
from stream_processor.operations.rebuild import rebuild_all
from stream_processor.operations.rebuild_state import RebuildScope, RebuildState
from stream_processor.operations.redrive import redrive as redrive_entries
from stream_processor.operations.stop_request import StopRequest, stop_on_signals
from stream_processor.operations.verify import choose_segments, verify_all
from stream_processor.operations.verify_counts import Tally, VerifyCounts
from stream_processor.settings import Settings

_FOUND_SOMETHING: Final = 1
_SEGMENTS: Final = 8
_MAX_SEGMENTS: Final = 256
_TABLE_SETTINGS: Final = ("command_table_name", "read_table_name", "concurrency", "ttl_deletes")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.version_option(package_name="stream-processor")
def stream_processor() -> None:
    """Repair the read model from the command records; export and erase a user.

    All commands are safe beside the live stream, and may be repeated. Region, credentials and
    endpoint come from the usual AWS environment.
    """


stream_processor.add_command(export_user)
stream_processor.add_command(erase_user)


@stream_processor.command()
@click.option(
    "--from",
    "store_name",
    type=click.Choice(["queue", "s3"]),
    required=True,
    help="The quarantine queue, or the on-failure bucket.",
)
@click.option("--dry-run", is_flag=True, help="Only count what would be repaired.")
@settings_options(*_TABLE_SETTINGS, "quarantine_queue_url", "on_failure_bucket")
def redrive(settings: Settings, store_name: StoreName, *, dry_run: bool) -> None:
    """Repair the records of stored failures.

    Repairs every record of an entry from the command table, then deletes the entry. Exits with
    status 0 if nothing remains, 1 if entries remain.
    """
    console = create_console()
    done, remaining, records = 0, 0, 0
    with _open_tools(settings) as (tools, stop):
        tools.describe()
        store = create_failure_store(store_name, settings, boto3.Session())
        entries = redrive_entries(store, tools.create_repairer(), is_dry_run=dry_run)
        with closing(entries):
            for entry in entries:
                print_entry(console, entry, is_dry_run=dry_run)
                done += not entry.remaining
                remaining += bool(entry.remaining)
                records += entry.repaired
                stop.check()
    print_redriven(console, done, remaining, records, is_dry_run=dry_run)
    sys.exit(_FOUND_SOMETHING if remaining else 0)


@stream_processor.command()
@click.option(
    "--segments",
    type=click.IntRange(1, _MAX_SEGMENTS),
    help=f"Parts of the table rebuilt at once.  [default: {_SEGMENTS}, or as in the state file]",
)
@click.option(
    "--max-writes-per-second",
    type=click.FloatRange(0, min_open=True),
    help="Limit for all segments together. Default: no limit.",
)
@click.option(
    "--state",
    "state_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File that keeps the progress, and from which a rebuild resumes.",
)
@click.option("--dry-run", is_flag=True, help="Only count what would be written.")
@settings_options(*_TABLE_SETTINGS)
def rebuild(
    settings: Settings,
    segments: int | None,
    max_writes_per_second: float | None,
    state_file: Path | None,
    *,
    dry_run: bool,
) -> None:
    """Rebuild the read model from the whole command table.

    With --state, an interrupted or killed rebuild resumes. Exits with status 0 when it is done, 1
    when it was interrupted or rows could not be repaired.
    """
    if dry_run and state_file:
        raise click.UsageError("--state cannot be used with --dry-run")
    with _open_tools(settings) as (tools, stop):
        commands, rows = tools.describe()
        scope = RebuildScope(commands.identity, rows.identity)
        state = RebuildState.open(state_file, scope, segments, _SEGMENTS)
        if state.is_finished:
            click.echo(f"{state_file}: this rebuild is finished; delete the file to begin another")
            return
        wait = create_wait(stop, max_writes_per_second)
        rebuilder = tools.create_rebuilder(wait, is_dry_run=dry_run)
        progress = show_progress(create_console(stderr=True), "rebuilt", commands.item_count)
        # Pages that a stop cut short are rebuilt when the rebuild resumes.
        with progress as advance, suppress(StoppedError):
            advance(state.counts.read)
            retry = BatchRetry(sleep=stop.sleep)
            rebuild_all(rebuilder, state, stop, report=advance, retry=retry)
    print_rebuilt(create_console(), state.counts, is_dry_run=dry_run)
    if not state.is_finished:
        hint = "run it again to resume" if state_file else "without --state it cannot resume"
        click.echo(f"Interrupted: {hint}", err=True)
    if state.counts.failed or not state.is_finished:
        sys.exit(_FOUND_SOMETHING)


@stream_processor.command()
@click.option(
    "--sample",
    type=click.FloatRange(0, 100, min_open=True),
    help="Size of a random sample, in percent of the tables. Default: whole tables.",
)
@click.option("--repair", is_flag=True, help="Repair the rows that differ.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json"]),
    default="text",
    help="Output format.",
)
@click.option(
    "--lag",
    type=click.FloatRange(0),
    default=30,
    help="Seconds after which differences are re-checked: the lag of the stream.",
)
@click.option(
    "--segments",
    type=click.IntRange(1, _MAX_SEGMENTS),
    default=_SEGMENTS,
    help="Parts of the tables verified at once.",
)
@click.option("--metrics", is_flag=True, help="Also print a line of CloudWatch embedded metrics.")
@settings_options(*_TABLE_SETTINGS, "metrics_namespace")
def verify(
    settings: Settings,
    sample: float | None,
    output_format: Literal["text", "json"],
    lag: float,
    segments: int,
    *,
    repair: bool,
    metrics: bool,
) -> None:
    """Compare the command table and the read model, from both sides.

    Exits with status 0 if they agree, 1 if they differ or differed before --repair.
    """
    tally = Tally()
    with _open_tools(settings) as (tools, stop):
        total = sum(table.item_count for table in tools.describe()) * (sample or 100) / 100
        with show_progress(create_console(stderr=True), "verified", round(total)) as advance:

            def report(counts: VerifyCounts) -> None:
                tally.add(counts)
                advance(counts.records + counts.rows)

            verify_all(
                tools,
                choose_segments(sample, segments),
                stop,
                report,
                threads=segments,
                lag_s=lag,
                is_repairing=repair,
            )
    console = create_console()
    if output_format == "json":
        print_verified_json(console, tally.counts, sample)
    else:
        print_verified_table(console, tally.counts, sample)
    if metrics:
        emit_embedded(tally.counts.to_metrics(), namespace=settings.metrics_namespace)
    sys.exit(_FOUND_SOMETHING if tally.counts.differences else 0)


@contextmanager
def _open_tools(settings: Settings) -> Iterator[tuple[OperatorTools, StopRequest]]:
    with (
        errors_as_messages(),
        stop_on_signals() as stop,
        open_operator_tools(settings, find_session()) as tools,
    ):
        collect_rarely()
        yield tools, stop
