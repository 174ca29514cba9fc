"""The counts of a verification."""

import threading
from dataclasses import asdict, dataclass, fields
from enum import StrEnum

from notification_models.embedded_metrics import Metric


class Difference(StrEnum):
    """How a row can differ from its command record; the values are names of `VerifyCounts`."""

    MISSING = "missing"
    STALE = "stale"
    ORPHAN = "orphan"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyCounts:
    """The result of a verification, or of one step of it.

    Attributes:
        records: command records compared.
        rows: rows of the read model compared, without tombstones.
        missing: records without a row.
        stale: rows that differ from their record.
        orphan: rows without a record, of a poison record, or under a key that their record no
            longer has.
        in_flight: differences that changed before the re-check: the stream was applying them.
        poison: records that cannot be projected, so that they have no row.
        repaired: rows repaired.
        failed: rows that could not be repaired, though others could.
    """

    records: int = 0
    rows: int = 0
    missing: int = 0
    stale: int = 0
    orphan: int = 0
    in_flight: int = 0
    poison: int = 0
    repaired: int = 0
    failed: int = 0

    def __add__(self, other: "VerifyCounts") -> "VerifyCounts":
        names = [each.name for each in fields(self)]
        return VerifyCounts(**{name: getattr(self, name) + getattr(other, name) for name in names})

    @property
    def differences(self) -> int:
        """Rows that differ, whether repaired or not."""
        return self.missing + self.stale + self.orphan

    def to_json(self) -> dict[str, int]:
        """Return the counts, with `differences`, as a JSON object."""
        return asdict(self) | {"differences": self.differences}

    def to_metrics(self) -> list[Metric]:
        """Return the counts as CloudWatch metrics."""
        return [
            Metric("VerifiedRecords", self.records),
            Metric("VerifiedRows", self.rows),
            Metric("MissingRows", self.missing),
            Metric("StaleRows", self.stale),
            Metric("OrphanRows", self.orphan),
            Metric("Differences", self.differences),
            Metric("InFlightRows", self.in_flight),
            Metric("PoisonRecords", self.poison),
            Metric("RepairedRows", self.repaired),
            Metric("FailedRepairs", self.failed),
        ]


class Tally:
    """A sum of counts. Thread-safe."""

    def __init__(self) -> None:
        self.counts = VerifyCounts()
        self._lock = threading.Lock()

    def add(self, counts: VerifyCounts) -> None:
        """Add counts to the sum."""
        with self._lock:
            self.counts += counts
