"""Measures rows per second of CPU, and the memory for small and large tables."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final

from benchmarks.canned_dynamodb import CannedDynamoDB, Respond, run_canned_dynamodb
from benchmarks.comparison import (
    OURS,
    REFERENCE,
    Comparison,
    Side,
    compare_with_reference,
    take_turns,
)
from benchmarks.measured_process import MeasuredProcess, Usage, Work, run_measured
from benchmarks.memory import get_peak_rss_mb
from benchmarks.report import Report
from benchmarks.tools import ours, reference
from benchmarks.tools.tables import CannedTables


@dataclass(frozen=True, slots=True)
class _Tool:
    """A tool and its reference.

    Attributes:
        has_rows: whether the command records have their rows before.
    """

    name: str
    make_ours: Callable[[str], Work]
    make_reference: Callable[[str], Work]
    has_rows: bool

    def run_dynamodb(self, records: int) -> AbstractContextManager[CannedDynamoDB]:
        """Run a DynamoDB with a number of command records."""
        tables = CannedTables(records, self.has_rows)
        bodies: dict[str, bytes | Respond] = {
            "scan": tables.scan,
            "batchgetitem": tables.batch_get_item,
            "putitem": b"{}",
        }
        return run_canned_dynamodb(bodies, delay_ms=0)


_TOOLS: Final = (
    _Tool("rebuild", ours.make_rebuild, reference.make_rebuild, has_rows=False),
    _Tool("verify", ours.make_verify, reference.make_verify, has_rows=True),
)


@dataclass(frozen=True, slots=True)
class _Effort:
    """The amount of work: numbers of rows, those of the reference fewer since it is slower."""

    rounds: int
    our_rows: int
    reference_rows: int
    memory_rows: tuple[int, int]


_FULL: Final = _Effort(
    rounds=3, our_rows=100_000, reference_rows=10_000, memory_rows=(10_000, 1_000_000)
)
_QUICK: Final = _Effort(rounds=2, our_rows=5_000, reference_rows=1_000, memory_rows=(1_000, 10_000))


def run(*, is_quick: bool) -> Report:
    """Run the benchmark; progress goes to standard error."""
    effort = _QUICK if is_quick else _FULL
    rows: list[tuple[str, ...]] = []
    figures: dict[str, float] = {}
    for tool in _TOOLS:
        rate = compare_with_reference(_compare(tool, effort), _rows_per_cpu_s)
        rows.append(rate.format(f"{tool.name}, rows/s of CPU", ".0f"))
        figures[f"tools.{tool.name}_rows_per_cpu_s"] = rate.ours
        figures[f"tools.{tool.name}_rows_per_cpu_s_vs_reference"] = rate.ratio
    for tool in _TOOLS:
        for number in effort.memory_rows:
            peak_mb = _measure_memory(tool, number)
            rows.append(
                (f"{tool.name}, {number:,} rows: peak memory, MB", f"{peak_mb:.1f}", "", "")
            )
            figures[f"tools.{tool.name}_peak_rss_mb_at_{number}_rows"] = peak_mb
    title = (
        "operator tools, compared with plain loops over boto3's client; one core;\n"
        f"ours on {effort.our_rows:,} rows, the reference on {effort.reference_rows:,};\n"
        "rebuild writes every row, verify compares every row from both sides"
    )
    return Report(title, ("", OURS, REFERENCE, "ratio"), rows, figures)


def _compare(tool: _Tool, effort: _Effort) -> Comparison[Usage]:
    _announce(f"comparing {tool.name} with its reference")
    with (
        tool.run_dynamodb(effort.our_rows) as our_dynamodb,
        tool.run_dynamodb(effort.reference_rows) as reference_dynamodb,
        run_measured(tool.make_ours, our_dynamodb.url) as our_process,
        run_measured(tool.make_reference, reference_dynamodb.url) as reference_process,
    ):
        sides = {
            OURS: _make_side(tool, our_process, our_dynamodb, effort.our_rows),
            REFERENCE: _make_side(
                tool, reference_process, reference_dynamodb, effort.reference_rows
            ),
        }
        return take_turns(sides, effort.rounds)


def _make_side(
    tool: _Tool, process: MeasuredProcess, dynamodb: CannedDynamoDB, rows: int
) -> Side[Usage]:
    """Build a side that works through the tables once and returns its usage per row."""

    def measure() -> Usage:
        usage = process.measure([rows])
        written, due = dynamodb.take_counts()["putitem"], 0 if tool.has_rows else rows
        if written != due:
            raise AssertionError(f"{tool.name}: {written} writes, {due} due")
        return usage.divide(rows)

    return measure


def _measure_memory(tool: _Tool, rows: int) -> float:
    """Return the peak memory of a process that works through the tables once."""
    _announce(f"measuring the memory of {tool.name} on {rows:,} rows")
    with (
        tool.run_dynamodb(rows) as dynamodb,
        run_measured(tool.make_ours, dynamodb.url) as process,
    ):
        process.measure([rows])
        return get_peak_rss_mb(process.pid)


def _rows_per_cpu_s(usage_per_row: Usage) -> float:
    return 1 / usage_per_row.cpu_s


def _announce(activity: str) -> None:
    sys.stderr.write(f"{activity} …\n")
