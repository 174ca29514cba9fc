"""What is measured, as data; who takes it is wired in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Metric:
    """One measurement; the unit is CloudWatch's."""

    name: str
    value: float
    unit: Literal["Count", "Milliseconds"] = "Count"


EmitMetrics: TypeAlias = Callable[[Sequence[Metric]], None]
"""Port: where measurements go."""


def emit_nothing(_metrics: Sequence[Metric]) -> None:
    """Take measurements that nobody asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCounts:
    """What became of a batch.

    Attributes:
        records: stream records given.
        rows_applied: rows and tombstones written.
        rows_already_applied: writes that the read model already had, or had something newer for.
        quarantined: poison records that the quarantine took.
        failed: records found not done; Lambda delivers those behind the first of them again too.
        oldest_age_ms: milliseconds since the oldest record was written to the command table, in
            steps of a second; None for an empty batch.
    """

    records: int
    rows_applied: int
    rows_already_applied: int
    quarantined: int
    failed: int
    oldest_age_ms: int | None

    def to_metrics(self) -> list[Metric]:
        """Name the counts as CloudWatch is to show them."""
        metrics = [
            Metric("Records", self.records),
            Metric("RowsApplied", self.rows_applied),
            Metric("RowsAlreadyApplied", self.rows_already_applied),
            Metric("RecordsQuarantined", self.quarantined),
            Metric("RecordsFailed", self.failed),
        ]
        if self.oldest_age_ms is not None:
            metrics.append(Metric("OldestRecordAge", self.oldest_age_ms, "Milliseconds"))
        return metrics
