"""Measures records per second, CPU per record and the cold import."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from benchmarks.canned_dynamodb import CannedDynamoDB, run_canned_dynamodb
from benchmarks.comparison import (
    OURS,
    REFERENCE,
    Comparison,
    Side,
    compare_with_reference,
    take_turns,
)
from benchmarks.measured_process import MeasuredProcess, Usage, run_measured
from benchmarks.processor.batches import BATCH_RECORDS, Batch, make_changes, make_different
from benchmarks.processor.cold_import import measure_import
from benchmarks.processor.ours import make_ours
from benchmarks.processor.reference import make_reference
from benchmarks.report import Report

_DELAY_MS: Final = 5
_CANNED: Final = {"putitem": b"{}"}
_TITLE: Final = (
    f"stream-processor, compared with one boto3 PutItem after another;\n"
    f"batches of {BATCH_RECORDS}, DynamoDB responds in {_DELAY_MS} ms, one core"
)


@dataclass(frozen=True, slots=True)
class _Effort:
    """The amount of work; a round takes both sides about the same time."""

    rounds: int
    our_batches: int
    reference_batches: int
    imports: int


_FULL: Final = _Effort(rounds=9, our_batches=20, reference_batches=2, imports=15)
_QUICK: Final = _Effort(rounds=3, our_batches=10, reference_batches=1, imports=5)


def run(*, is_quick: bool) -> Report:
    """Run the benchmark."""
    effort = _QUICK if is_quick else _FULL
    different, changes = _compare_handlers(effort)
    imports = _compare_imports(effort, has_byte_code=False)
    cached_imports = _compare_imports(effort, has_byte_code=True)
    return _make_report(different, changes, imports, cached_imports)


def _compare_imports(effort: _Effort, *, has_byte_code: bool) -> Comparison[Usage]:
    sides = {
        OURS: lambda: measure_import(
            "stream_processor.lambda_handlers", has_byte_code=has_byte_code
        ),
        REFERENCE: lambda: measure_import("boto3", has_byte_code=has_byte_code),
    }
    return take_turns(sides, effort.imports)


def _compare_handlers(effort: _Effort) -> tuple[Comparison[Usage], Comparison[Usage]]:
    """Compare the handlers on batches of different rows, and on batches with changes of rows."""
    with (
        run_canned_dynamodb(_CANNED, _DELAY_MS) as dynamodb,
        run_measured(make_ours, dynamodb.url) as ours,
        run_measured(make_reference, dynamodb.url) as reference,
    ):

        def compare(make_batch: Callable[[], Batch], our_writes: int) -> Comparison[Usage]:
            sides = {
                OURS: _make_side(ours, dynamodb, make_batch, effort.our_batches, our_writes),
                REFERENCE: _make_side(
                    reference, dynamodb, make_batch, effort.reference_batches, BATCH_RECORDS
                ),
            }
            return take_turns(sides, effort.rounds)

        different = compare(make_different, BATCH_RECORDS)
        # Ours writes only the last of several changes of a row in a batch.
        return different, compare(make_changes, BATCH_RECORDS // 2)


def _make_side(
    process: MeasuredProcess,
    dynamodb: CannedDynamoDB,
    make_batch: Callable[[], Batch],
    batches: int,
    writes: int,
) -> Side[Usage]:
    """Build a side that handles new batches and returns its usage per record.

    Args:
        writes: the writes that a batch needs; more or fewer are an error.
    """

    def measure() -> Usage:
        usage = process.measure([make_batch() for _ in range(batches)])
        written = dynamodb.take_counts()["putitem"]
        if written != batches * writes:
            raise AssertionError(f"{written} writes for {batches} batches of {writes}")
        return usage.divide(batches * BATCH_RECORDS)

    return measure


def _make_report(
    different: Comparison[Usage],
    changes: Comparison[Usage],
    imports: Comparison[Usage],
    cached_imports: Comparison[Usage],
) -> Report:
    rate, changes_rate = (
        compare_with_reference(each, _records_per_s) for each in (different, changes)
    )
    cpu, changes_cpu = (compare_with_reference(each, _cpu_ms) for each in (different, changes))
    cold, cached = (compare_with_reference(each, _cpu_ms) for each in (imports, cached_imports))
    rows = [
        rate.format("records/s, all rows different", ".0f"),
        changes_rate.format("records/s, half are changes", ".0f"),
        cpu.format("CPU ms/record, all rows different", ".2f"),
        changes_cpu.format("CPU ms/record, half are changes", ".2f"),
        cold.format("import and boto3's, as in a Lambda zip, CPU ms", ".0f"),
        cached.format("import and boto3's, with byte code, CPU ms", ".0f"),
    ]
    figures = {
        "processor.records_per_s": rate.ours,
        "processor.records_per_s_vs_reference": rate.ratio,
        "processor.cpu_ms_per_record": cpu.ours,
        "processor.cpu_ms_per_record_vs_reference": cpu.ratio,
        "processor.changes_records_per_s": changes_rate.ours,
        "processor.changes_records_per_s_vs_reference": changes_rate.ratio,
        "processor.changes_cpu_ms_per_record": changes_cpu.ours,
        "processor.changes_cpu_ms_per_record_vs_reference": changes_cpu.ratio,
        "processor.cold_import_ms": cold.ours,
        "processor.cold_import_vs_boto3": cold.ratio,
        "processor.cached_import_ms": cached.ours,
        "processor.cached_import_vs_boto3": cached.ratio,
    }
    return Report(_TITLE, ("", OURS, REFERENCE, "ratio"), rows, figures)


def _records_per_s(usage_per_record: Usage) -> float:
    return 1 / usage_per_record.wall_s


def _cpu_ms(usage: Usage) -> float:
    return usage.cpu_s * 1000
