"""The metrics of a batch, and the port that receives metrics."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from notification_models.embedded_metrics import Metric

EmitMetrics: TypeAlias = Callable[[Sequence[Metric]], None]
"""Port: receives metrics."""


class ReachedStatus(NamedTuple):
    """A status that notifications of one AP reached, as the sender wrote both."""

    ap_id: str | None
    status: str | None


EmitByAp: TypeAlias = Callable[[Mapping[ReachedStatus, int]], None]
"""Port: receives how many notifications reached a status that they did not have."""


def emit_nothing(_metrics: object) -> None:
    """Discard metrics."""


class BatchCounts(NamedTuple):
    """The result of a batch.

    Attributes:
        records: stream records received.
        rows_applied: rows and tombstones written.
        rows_already_applied: writes of which the read model had the same or a newer version.
        quarantined: poison records in the quarantine.
        failed: records not done; Lambda redelivers the first of them and all records after it.
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
        """Return the counts as CloudWatch metrics."""
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
