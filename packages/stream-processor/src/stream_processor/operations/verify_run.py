"""Verifies both sides, whole or a sample of them, in several threads."""

import random
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from stream_processor.observability.metrics import Metric
from stream_processor.operations.comparison import Comparison
from stream_processor.operations.stop_request import StopRequest, run_all
from stream_processor.operations.verify import Verifier, VerifyCounts
from stream_processor.tables.table_reader import Segment

SAMPLED_SEGMENTS: Final = 1000
"""Parts of a table that a sample is drawn from: a tenth of a percent each."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two ways to compare; `name` is that of its count in `VerifyCounts`."""

    name: str
    comparison: Comparison[Any]


class Tally:
    """Adds up counts; safe to use from several threads."""

    def __init__(self) -> None:
        self.counts = VerifyCounts()
        self._lock = threading.Lock()

    def add(self, counts: VerifyCounts) -> None:
        """Add counts."""
        with self._lock:
            self.counts += counts


def choose_segments(sample_percent: float | None, total: int) -> list[Segment]:
    """Choose what to verify.

    Args:
        sample_percent: how much of the tables, chosen at random; None for all of them.
        total: parts to divide whole tables into.
    """
    if sample_percent is None:
        return [Segment(index, total) for index in range(total)]
    count = max(1, round(SAMPLED_SEGMENTS * sample_percent / 100))
    chosen = random.sample(range(SAMPLED_SEGMENTS), count)
    return [Segment(index, SAMPLED_SEGMENTS) for index in chosen]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Verifies sides, one after another.

    Attributes:
        sides: rows before records when repairing: what the row of a record that has moved has
            left behind is then mended, and counted, once.
        executor: looks at several suspects at once.
        threads: segments verified at once.
        lag_s: seconds that the stream may take to deliver a change.
        report: takes the counts of each step.
    """

    sides: Sequence[Side]
    executor: Executor
    threads: int
    lag_s: float
    is_repairing: bool
    report: Callable[[VerifyCounts], object]

    def run(self, segments: Sequence[Segment], stop: StopRequest) -> None:
        """Verify segments of every side.

        Raises:
            StoppedError: told to stop.
            StreamProcessorError: DynamoDB failed.
        """
        for side in self.sides:
            verifier = Verifier(
                side.comparison,
                self.executor,
                lag_s=self.lag_s,
                is_repairing=self.is_repairing,
                sleep=stop.sleep,
            )
            remaining = deque(segments)
            task = partial(_verify, verifier, remaining, self.report, side.name, stop)
            run_all([task] * min(self.threads, len(segments)), stop)


def _verify(
    verifier: Verifier[Any],
    remaining: deque[Segment],
    report: Callable[[VerifyCounts], object],
    side: str,
    stop: StopRequest,
) -> None:
    def report_unless_stopped(counts: VerifyCounts) -> None:
        report(counts)
        stop.check()

    verifier.verify_segments(_take(remaining), report_unless_stopped, side)


def _take(remaining: deque[Segment]) -> Iterator[Segment]:
    """Take segments that no other thread has taken."""
    while True:
        try:
            segment = remaining.popleft()
        except IndexError:
            return
        yield segment


def to_metrics(counts: VerifyCounts) -> list[Metric]:
    """Name the counts as CloudWatch is to show them; an alarm belongs on `Differences`."""
    return [
        Metric("VerifiedRecords", counts.records),
        Metric("VerifiedRows", counts.rows),
        Metric("MissingRows", counts.missing),
        Metric("StaleRows", counts.stale),
        Metric("ZombieRows", counts.orphan),
        Metric("Differences", counts.differences),
        Metric("InFlightRows", counts.in_flight),
        Metric("PoisonRecords", counts.poison),
        Metric("RepairedRows", counts.repaired),
    ]
