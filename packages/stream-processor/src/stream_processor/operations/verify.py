"""Verifies that the read model is the projection of the command side, both ways.

What a page shows to differ may only be in flight. So it is looked at again, surely this time, when
the stream has had time to catch up:

- the row has moved since: the stream is at work on it; it was in flight;
- only the source has moved since: that change may be in flight now; look once more;
- neither has: they differ, and nothing but a repair will mend it.

Memory is bounded however large the tables are: a segment holds one page and a bounded number of
suspects, and waits for the oldest of them when there are too many.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, fields
from typing import Final, Generic, TypeVar

from stream_processor.operations.comparison import Comparison, Snapshot
from stream_processor.tables.table_reader import Key, Segment

KeyT = TypeVar("KeyT")

_MAX_SUSPECTS: Final = 10_000
_MAX_CHECKS: Final = 3
_CHECKS_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyCounts:
    """What a verification has found.

    Attributes:
        records: command records compared.
        rows: rows of the read model compared; tombstones are not.
        missing: records without a row.
        stale: rows whose content is not their record's.
        orphan: rows that no record calls for.
        in_flight: differences that the stream was about to settle.
        poison: records that cannot be projected; their rows are left out.
        repaired: rows mended.
    """

    records: int = 0
    rows: int = 0
    missing: int = 0
    stale: int = 0
    orphan: int = 0
    in_flight: int = 0
    poison: int = 0
    repaired: int = 0

    def __add__(self, other: "VerifyCounts") -> "VerifyCounts":
        names = [each.name for each in fields(self)]
        return VerifyCounts(**{name: getattr(self, name) + getattr(other, name) for name in names})

    @property
    def differences(self) -> int:
        """Rows that differ, whether or not they were mended."""
        return self.missing + self.stale + self.orphan

    def to_json(self) -> dict[str, int]:
        """Make an object of the counts, the differences among them."""
        return asdict(self) | {"differences": self.differences}


@dataclass(frozen=True, slots=True)
class _Suspect(Generic[KeyT]):
    key: KeyT
    snapshot: Snapshot
    due_s: float
    checks: int = 1


class Verifier(Generic[KeyT]):
    """Verifies segments of one side. Several segments may be verified at once."""

    def __init__(
        self,
        comparison: Comparison[KeyT],
        executor: Executor,
        *,
        lag_s: float,
        is_repairing: bool = False,
        now_s: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """Make a verifier.

        Args:
            executor: looks at several suspects at once.
            lag_s: seconds that the stream may take to deliver a change.
            is_repairing: mend what differs.
        """
        self._comparison = comparison
        self._executor = executor
        self._lag_s = lag_s
        self._is_repairing = is_repairing
        self._now_s = now_s
        self._sleep = sleep

    def verify_segments(
        self, segments: Iterable[Segment], report: Callable[[VerifyCounts], object], side: str
    ) -> None:
        """Verify segments of the side that the comparison reads, one after another.

        The stream's lag is waited for at the end, once for all of them.

        Args:
            report: takes the counts of each step, to be added up.
            side: which of the counts `records` and `rows` this side is.

        Raises:
            TableReadError, ReadModelWriteError: DynamoDB failed.
        """
        suspects: deque[_Suspect[KeyT]] = deque()
        for segment in segments:
            self._compare(segment, suspects, report, side)
        self._settle(suspects, 0, report)

    def _compare(
        self,
        segment: Segment,
        suspects: "deque[_Suspect[KeyT]]",
        report: Callable[[VerifyCounts], object],
        side: str,
    ) -> None:
        """Compare every page of a segment, and keep what is suspect."""
        start_key: Key | None = None
        while True:
            page = self._comparison.compare_page(segment, start_key)
            report(VerifyCounts(**{side: page.read}, poison=page.poison))
            due_s = self._now_s() + self._lag_s
            suspects.extend(_Suspect(key, snapshot, due_s) for key, snapshot in page.suspects)
            start_key = page.next_key
            self._settle(suspects, _MAX_SUSPECTS, report)
            if start_key is None:
                return

    def _settle(
        self,
        suspects: "deque[_Suspect[KeyT]]",
        keep: int,
        report: Callable[[VerifyCounts], object],
    ) -> None:
        """Look again at all suspects that are due, and wait for more until few enough are left."""
        while suspects:
            if len(suspects) > keep:
                self._sleep(max(0.0, suspects[0].due_s - self._now_s()))
            due: list[_Suspect[KeyT]] = []
            while suspects and len(due) < _CHECKS_AT_ONCE and suspects[0].due_s <= self._now_s():
                due.append(suspects.popleft())
            if not due:
                return
            for suspect, snapshot in zip(due, self._executor.map(self._recheck, due), strict=True):
                if self._is_undecided(suspect, snapshot):
                    due_s = self._now_s() + self._lag_s
                    suspects.append(_Suspect(suspect.key, snapshot, due_s, suspect.checks + 1))
                else:
                    report(self._judge(suspect, snapshot))

    def _recheck(self, suspect: _Suspect[KeyT]) -> Snapshot:
        return self._comparison.recheck(suspect.key)

    @staticmethod
    def _is_undecided(suspect: _Suspect[KeyT], snapshot: Snapshot) -> bool:
        return (
            snapshot.difference is not None
            and snapshot.row == suspect.snapshot.row
            and snapshot.source != suspect.snapshot.source
            and suspect.checks < _MAX_CHECKS
        )

    def _judge(self, suspect: _Suspect[KeyT], snapshot: Snapshot) -> VerifyCounts:
        if snapshot.difference is None or snapshot.row != suspect.snapshot.row:
            return VerifyCounts(in_flight=1)
        is_repaired = self._is_repairing and self._comparison.repair(suspect.key)
        return VerifyCounts(**{snapshot.difference.value: 1}, repaired=int(is_repaired))
