"""Verifies that the read model is the projection of the command side, from both sides.

A difference seen in a scan may still be in flight, so it is re-checked by consistent reads after
the stream's lag:

- the row has changed since the scan: the stream is applying the change; it was in flight;
- only the source has changed: its new change may be in flight, so it is re-checked once more;
- neither has changed: they differ, and only a repair makes them agree.

Memory is bounded for tables of any size: a thread holds one page and a bounded number of suspects,
and waits for the oldest suspects when it has too many.
"""

import random
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Generic, TypeVar

from stream_processor.exceptions import UNREPAIRABLE
from stream_processor.operations.comparison import Comparison, Snapshot
from stream_processor.operations.operator_tools import OperatorTools
from stream_processor.operations.stop_request import StopRequest, run_all
from stream_processor.operations.verify_counts import VerifyCounts
from stream_processor.tables.table_reader import Key, Segment

KeyT = TypeVar("KeyT")

SAMPLED_SEGMENTS: Final = 1000
"""Segments of a table from which a sample is drawn: a tenth of a percent each."""

_MAX_SUSPECTS: Final = 10_000
_MAX_CHECKS: Final = 3
_CHECKS_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class _Suspect(Generic[KeyT]):
    key: KeyT
    snapshot: Snapshot
    due_s: float
    checks: int = 1


class Verifier(Generic[KeyT]):
    """Verifies segments from one side. Several threads may verify segments of their own."""

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
        """Create a verifier.

        Args:
            executor: runs several re-checks at once.
            lag_s: seconds that the stream may take to deliver a change.
            is_repairing: repair what differs.
        """
        self._comparison = comparison
        self._executor = executor
        self._lag_s = lag_s
        self._is_repairing = is_repairing
        self._now_s = now_s
        self._sleep = sleep

    def verify_segments(self, segments: Iterable[Segment]) -> Iterator[VerifyCounts]:
        """Verify segments one after another, and yield the counts of each step.

        The stream's lag is waited for once, after the last segment.

        Raises:
            TableReadError, ReadModelWriteError: DynamoDB failed.
        """
        suspects: deque[_Suspect[KeyT]] = deque()
        for segment in segments:
            yield from self._compare(segment, suspects)
        yield from self._settle(suspects, 0)

    def _compare(
        self, segment: Segment, suspects: "deque[_Suspect[KeyT]]"
    ) -> Iterator[VerifyCounts]:
        """Compare every page of a segment, and collect the suspects."""
        start_key: Key | None = None
        while True:
            page = self._comparison.compare_page(segment, start_key)
            yield page.counts
            due_s = self._now_s() + self._lag_s
            suspects.extend(_Suspect(key, snapshot, due_s) for key, snapshot in page.suspects)
            yield from self._settle(suspects, _MAX_SUSPECTS)
            start_key = page.next_key
            if start_key is None:
                return

    def _settle(self, suspects: "deque[_Suspect[KeyT]]", keep: int) -> Iterator[VerifyCounts]:
        """Re-check all suspects that are due; wait for more until at most `keep` are left."""
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
                    yield self._judge(suspect, snapshot)

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
        return VerifyCounts(**{snapshot.difference.value: 1}) + self._repair(suspect.key)

    def _repair(self, key: KeyT) -> VerifyCounts:
        if not self._is_repairing:
            return VerifyCounts()
        try:
            return VerifyCounts(repaired=int(self._comparison.repair(key)))
        except UNREPAIRABLE:
            return VerifyCounts(failed=1)


def choose_segments(sample_percent: float | None, total: int) -> list[Segment]:
    """Choose the segments to verify.

    Args:
        sample_percent: size of a random sample; None for whole tables.
        total: segments of whole tables.
    """
    if sample_percent is None:
        return [Segment(index, total) for index in range(total)]
    count = max(1, round(SAMPLED_SEGMENTS * sample_percent / 100))
    chosen = random.sample(range(SAMPLED_SEGMENTS), count)
    return [Segment(index, SAMPLED_SEGMENTS) for index in chosen]


def verify_all(
    tools: OperatorTools,
    segments: Sequence[Segment],
    stop: StopRequest,
    report: Callable[[VerifyCounts], object],
    *,
    threads: int,
    lag_s: float,
    is_repairing: bool,
) -> None:
    """Verify segments from both sides, one after the other, each in several threads.

    Args:
        report: receives the counts of each step.
        threads: segments verified at once.
        lag_s, is_repairing: see `Verifier`.

    Raises:
        StoppedError: a stop was requested.
        StreamProcessorError: DynamoDB failed.
    """

    def verify(verifier: Verifier[Any], remaining: deque[Segment]) -> None:
        for counts in verifier.verify_segments(_take(remaining)):
            report(counts)
            stop.check()

    for comparison in tools.create_comparisons():
        verifier: Verifier[Any] = Verifier(
            comparison, tools.executor, lag_s=lag_s, is_repairing=is_repairing, sleep=stop.sleep
        )
        task = partial(verify, verifier, deque(segments))
        run_all([task] * min(threads, len(segments)), stop)


def _take(remaining: deque[Segment]) -> Iterator[Segment]:
    """Take segments that no other thread has taken."""
    while True:
        try:
            segment = remaining.popleft()
        except IndexError:
            return
        yield segment
