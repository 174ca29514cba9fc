"""Output of the commands, on a terminal and in a pipe."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeAlias

from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
)
from rich.table import Table
from rich.text import Text

from stream_processor.operations.rebuild_state import RebuildCounts
from stream_processor.operations.redrive import RedrivenEntry
from stream_processor.operations.verify_counts import VerifyCounts

_LINE_INTERVAL_S: Final = 5
# Longer than a page of each segment takes at a low rate limit.
_SPEED_PERIOD_S: Final = 300

Advance: TypeAlias = Callable[[int], None]
"""Adds a number of rows to the progress. Thread-safe."""

_MEANINGS: Final = {
    "records": "command records compared",
    "rows": "rows of the read model compared",
    "missing": "records without a row",
    "stale": "rows that differ from their record",
    "orphan": "rows that no record calls for",
    "in_flight": "differences that the stream was applying",
    "poison": "records that cannot be projected; see the quarantine",
    "repaired": "rows repaired",
    "failed": "rows that could not be repaired",
}


def create_console(*, stderr: bool = False) -> Console:
    """Create a console without markup, so that names are printed as they are."""
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)


class _PaceColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(_describe_pace(task))


@contextmanager
def show_progress(
    console: Console, what: str, total: int, now_s: Callable[[], float] = time.monotonic
) -> Iterator[Advance]:
    """Show a progress bar on a terminal, otherwise a line every five seconds.

    Args:
        total: estimated number of rows; DynamoDB updates its count every six hours.
    """
    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _PaceColumn(),
        console=console,
        get_time=now_s,
        speed_estimate_period=_SPEED_PERIOD_S,
        disable=not console.is_terminal,
    )
    progress.add_task(what, total=total or None)
    (task,) = progress.tasks
    printed_s = now_s()

    def advance(rows: int) -> None:
        nonlocal printed_s
        progress.advance(task.id, rows)
        if task.total is not None:
            # The estimate is old: there may be more rows.
            task.total = max(task.total, task.completed)
        if not console.is_terminal and now_s() - printed_s >= _LINE_INTERVAL_S:
            printed_s = now_s()
            console.print(f"{what}: {_describe_progress(task)}, {_describe_pace(task)}")

    with progress:
        yield advance


def _describe_progress(task: Task) -> str:
    done = f"{task.completed:.0f}"
    return done if task.total is None else f"{done} of about {task.total:.0f}"


def _describe_pace(task: Task) -> str:
    return f"{task.speed or 0:.0f}/s, {task.time_remaining or 0:.0f} s left"


def print_entry(console: Console, entry: RedrivenEntry, *, is_dry_run: bool) -> None:
    """Print the result of an entry, unless none of its records differed."""
    if entry.repaired:
        verb = "would be repaired" if is_dry_run else "repaired"
        console.print(f"{entry.name}: {entry.repaired} of {entry.records} records {verb}")
    for reason in entry.remaining:
        console.print(f"{entry.name}: remains: {reason}")


def print_rebuilt(console: Console, counts: RebuildCounts, *, is_dry_run: bool) -> None:
    """Print the result of a rebuild."""
    would = "would be " if is_dry_run else ""
    console.print(
        f"{counts.read} command records read: {counts.unchanged} rows already right, "
        f"{counts.written} {would}written, {counts.repaired} {would}repaired, "
        f"{counts.poison} records poison"
    )
    if counts.failed:
        console.print(f"{counts.failed} rows could not be repaired: run verify to count them")


def print_redriven(
    console: Console, done: int, remaining: int, records: int, *, is_dry_run: bool
) -> None:
    """Print the result of a redrive."""
    would, would_be = ("would ", "would be ") if is_dry_run else ("", "")
    result = (
        f"{done} entries {would_be}deleted, {remaining} {would}remain; "
        f"{records} records {would_be}repaired"
    )
    console.print(f"{result}. Dry run: nothing was changed" if is_dry_run else result)


def print_verified_table(console: Console, counts: VerifyCounts, sample: float | None) -> None:
    """Print the result of a verification as a table."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    for name, meaning in _MEANINGS.items():
        table.add_row(name.replace("_", " "), str(getattr(counts, name)), meaning)
    console.print(table)
    scope = f"in a sample of {sample:g} percent" if sample else "in both tables"
    console.print(f"\n{counts.differences} differences {scope}")
    if counts.in_flight:
        console.print(f"{counts.in_flight} not judged yet: run verify again")
    if counts.repaired:
        console.print("Some rows were repaired: run verify again to check")


def print_verified_json(console: Console, counts: VerifyCounts, sample: float | None) -> None:
    """Print the result of a verification as one line of JSON."""
    console.print(json.dumps({"sample_percent": sample, **counts.to_json()}))
