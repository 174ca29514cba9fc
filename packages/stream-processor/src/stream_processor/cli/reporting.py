"""How the operators' commands look, on a terminal and in a pipe."""

import json
import threading
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
    SpinnerColumn,
    TextColumn,
)
from rich.table import Table

from stream_processor.operations.rebuild import RebuildCounts
from stream_processor.operations.redrive import RedrivenEntry
from stream_processor.operations.verify import VerifyCounts

_LINE_INTERVAL_S: Final = 5

Advance: TypeAlias = Callable[[int], None]
"""Told how many rows more are done; several threads may tell."""

_MEANINGS: Final = {
    "records": "command records compared",
    "rows": "rows of the read model compared",
    "missing": "records without a row",
    "stale": "rows whose content is not their record's",
    "orphan": "rows that no record calls for",
    "in_flight": "differences that the stream was about to settle",
    "poison": "records that cannot be projected; see the quarantine",
    "repaired": "rows mended",
}


def create_console(*, stderr: bool = False) -> Console:
    """Make a console without markup, so that names are shown as they are."""
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)


@contextmanager
def show_progress(
    console: Console, what: str, total: int, now_s: Callable[[], float] = time.monotonic
) -> Iterator[Advance]:
    """Show how far something is: a bar on a terminal, else a line every five seconds.

    Args:
        total: about how many rows there are; DynamoDB counts them every six hours.
    """
    shown = _show_bar if console.is_terminal else _show_lines
    with shown(console, what, _Pace(total, now_s)) as advance:
        yield advance


@contextmanager
def _show_bar(console: Console, what: str, pace: "_Pace") -> Iterator[Advance]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[pace]}"),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(what, total=pace.total or None, pace="")

        def advance(rows: int) -> None:
            done, rate, left_s = pace.advance(rows)
            progress.update(
                task,
                completed=done,
                # What DynamoDB has counted is old: there may be more than it says.
                total=max(done, pace.total) or None,
                pace=f"{rate:.0f}/s, {left_s:.0f} s left",
            )

        yield advance


@contextmanager
def _show_lines(console: Console, what: str, pace: "_Pace") -> Iterator[Advance]:
    shown_s = pace.now_s()

    def advance(rows: int) -> None:
        nonlocal shown_s
        done, rate, left_s = pace.advance(rows)
        if pace.now_s() - shown_s >= _LINE_INTERVAL_S:
            shown_s = pace.now_s()
            console.print(
                f"{what}: {done} of about {pace.total}, {rate:.0f}/s, {left_s:.0f} s left"
            )

    yield advance


class _Pace:
    """Counts rows, and tells how fast they come and how long the rest will take."""

    def __init__(self, total: int, now_s: Callable[[], float]) -> None:
        self.total = total
        self.now_s = now_s
        self._done = 0
        self._started_s = now_s()
        self._lock = threading.Lock()

    def advance(self, rows: int) -> tuple[int, float, float]:
        """Count more rows; returns all so far, rows a second, and seconds left."""
        with self._lock:
            self._done += rows
            elapsed_s = self.now_s() - self._started_s
            rate = self._done / elapsed_s if elapsed_s else 0.0
            left = max(0, self.total - self._done)
            return self._done, rate, left / rate if rate else 0.0


def print_entry(console: Console, entry: RedrivenEntry, *, is_dry_run: bool) -> None:
    """Print what became of an entry, unless all it is about was well already."""
    if entry.repaired:
        verb = "would be repaired" if is_dry_run else "repaired"
        console.print(f"{entry.name}: {entry.repaired} of {entry.records} records {verb}")
    for reason in entry.remaining:
        console.print(f"{entry.name}: remains: {reason}")


def print_rebuilt(console: Console, counts: RebuildCounts, *, is_dry_run: bool) -> None:
    """Print what a rebuild came to."""
    would = "would be " if is_dry_run else ""
    console.print(
        f"{counts.read} command records read: {counts.unchanged} rows right already, "
        f"{counts.written} {would}written, {counts.repaired} {would}repaired, "
        f"{counts.poison} records poison"
    )


def print_redriven(
    console: Console, done: int, remaining: int, records: int, *, is_dry_run: bool
) -> None:
    """Print what a redrive came to."""
    if is_dry_run:
        console.print(
            f"{done} entries would be done with, {remaining} would remain; "
            f"{records} records would be repaired. Dry run: nothing was changed"
        )
    else:
        console.print(f"{done} entries done with, {remaining} remain; {records} records repaired")


def print_verified_table(console: Console, counts: VerifyCounts, sample: float | None) -> None:
    """Print what a verification has found, for people."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    for name, meaning in _MEANINGS.items():
        table.add_row(name.replace("_", " "), str(getattr(counts, name)), meaning)
    console.print(table)
    of_what = f"in a sample of {sample:g} percent" if sample else "in all of both tables"
    console.print(f"\n{counts.differences} differences {of_what}")
    if counts.repaired:
        console.print("Some were mended: verify again to see what is left")


def print_verified_json(console: Console, counts: VerifyCounts, sample: float | None) -> None:
    """Print what a verification has found as one line of JSON."""
    console.print(json.dumps({"sample_percent": sample, **counts.to_json()}))
