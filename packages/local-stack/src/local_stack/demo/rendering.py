"""How the commands' results look on a terminal, and in a pipe."""

import json
import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from rich import box
from rich.console import Console
from rich.table import Table

from local_stack.demo.scenario import Answer, AnswerRow

# What tells most about the answers to a question, and its heading; the other columns are the same.
_TELLING = {
    "/query/user": ("title", "notification_title"),
    "/query/marketing": ("user", "user_id"),
    "/query/fail": ("error", "error_msg"),
}


def create_console() -> Console:
    """Make the console of standard output: no markup, so that data is shown as it is."""
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


def print_answer(console: Console, answer: Answer) -> None:
    """Print a question, its answer as a table, and whether it is right."""
    question = answer.question
    console.print(f"\nPOST {question.path} {json.dumps(dict(question.body))}\n", style="bold")
    console.print(_make_table(*_TELLING[question.path], answer.rows))
    for difference in answer.differences:
        console.print(f"  ✗ {difference}", style="red")
    if not answer.differences:
        rows = "1 row" if len(answer.rows) == 1 else f"{len(answer.rows)} rows, newest first"
        console.print(f"  ✓ {rows}: just what the sample data says")


def _make_table(heading: str, telling: str, rows: Sequence[AnswerRow]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    for header in ("created (UTC)", "id"):
        table.add_column(header, no_wrap=True)
    # This one gives way in 80 columns; ids and statuses stay whole.
    table.add_column(heading, overflow="fold")
    for header in ("status", "platform", "ap_id"):
        table.add_column(header, no_wrap=True)
    for row in rows:
        created = datetime.fromtimestamp(row["created_at"] / 1000, UTC)
        texts = (row.get(name) for name in (telling, "status", "platform", "ap_id"))
        table.add_row(
            f"{created:%Y-%m-%d %H:%M}", row["transaction_id"], *(text or "-" for text in texts)
        )
    return table


def print_freshness(console: Console, freshness_ms: Sequence[float]) -> None:
    """Print how long a write took to become visible."""
    console.print(
        f"\nFrom a put to its answer over HTTP: median {statistics.median(freshness_ms):.0f} ms, "
        f"slowest {max(freshness_ms):.0f} ms\n(measured just now, {len(freshness_ms)} puts)"
    )
