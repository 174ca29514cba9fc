"""Prints the results of the commands, to a terminal or a pipe."""

import json
import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from rich import box
from rich.console import Console
from rich.table import Table

from local_stack.demo.scenario import Result
from notification_client import Notification

# The column that differs by query: its heading and attribute.
_COLUMNS = {
    "/query/user": ("title", "notification_title"),
    "/query/marketing": ("user", "user_id"),
    "/query/fail": ("error", "error_msg"),
}


def create_console() -> Console:
    """Create the console of standard output, without markup: data is printed as it is."""
    return Console(highlight=False, markup=False, emoji=False)


class StepPrinter:
    """Prints a line for each step, with the time it took."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._last_s = time.perf_counter()

    def __call__(self, step: str) -> None:
        """Print that a step is done."""
        now_s = time.perf_counter()
        self._console.print(f"  ✓ {step:<58}{now_s - self._last_s:6.1f} s", soft_wrap=True)
        self._last_s = now_s


def print_result(console: Console, result: Result) -> None:
    """Print a query, what it found as a table, and whether that is right."""
    query = result.query
    console.print(f"\nPOST {query.path} {json.dumps(dict(query.body))}\n", style="bold")
    console.print(_build_table(*_COLUMNS[query.path], result.notifications))
    for difference in result.differences:
        console.print(f"  ✗ {difference}", style="red")
    if not result.differences:
        count = len(result.notifications)
        found = "1 notification" if count == 1 else f"{count} notifications, newest first"
        console.print(f"  ✓ {found}, as in the sample data")


def _build_table(heading: str, attribute: str, notifications: Sequence[Notification]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    for header in ("created (UTC)", "id"):
        table.add_column(header, no_wrap=True)
    # Only this column wraps at 80 characters.
    table.add_column(heading, overflow="fold")
    for header in ("status", "platform", "ap_id"):
        table.add_column(header, no_wrap=True)
    for each in notifications:
        created = datetime.fromtimestamp(each.created_at / 1000, UTC)
        texts = (getattr(each, attribute), each.status, each.platform, each.ap_id)
        table.add_row(
            f"{created:%Y-%m-%d %H:%M}", each.transaction_id, *(text or "-" for text in texts)
        )
    return table


def print_freshness(console: Console, freshness_ms: Sequence[float]) -> None:
    """Print the times from a write to its row in a response."""
    median_ms, slowest_ms = statistics.median(freshness_ms), max(freshness_ms)
    console.print(
        f"\nFrom a write to its row in a response: median {median_ms:.0f} ms, "
        f"slowest {slowest_ms:.0f} ms\n(measured just now, {len(freshness_ms)} writes)"
    )
