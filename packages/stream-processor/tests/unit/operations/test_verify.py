"""The verifier over scripted snapshots: the first is that of a page, later ones are re-checks."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from stream_processor.exceptions import (
    InvalidRowError,
    ReadModelWriteError,
    RepairContendedError,
)
from stream_processor.operations.comparison import ComparedPage, Snapshot
from stream_processor.operations.verify import Verifier
from stream_processor.operations.verify_counts import Difference, VerifyCounts
from stream_processor.tables.table_reader import Segment

LAG_S = 10
WHOLE = Segment(0, 1)
AGREED = Snapshot(None)


def differ(difference=Difference.STALE, source=b"s", row=b"r"):
    return Snapshot(difference, source, row)


class ScriptedComparison:
    """Snapshots by key: the first is that of a page, the others are re-checks; the last one stays.

    Attributes:
        looks: key and time of every look.
        repaired: keys.
    """

    def __init__(self, clock, snapshots, page_size=100):
        self._clock = clock
        self._snapshots = {key: list(each) for key, each in snapshots.items()}
        self._page_size = page_size
        self.checks = []
        self.repaired = []
        self.can_repair = True
        self.error = None

    def compare_page(self, segment, start_key):
        keys = [key for key in sorted(self._snapshots) if key % segment.total == segment.index]
        start = start_key or 0
        page = keys[start : start + self._page_size]
        more = start + self._page_size < len(keys)
        suspects = [(key, self._next_snapshot(key)) for key in page]
        return ComparedPage(
            VerifyCounts(records=len(page)),
            suspects=[(key, snapshot) for key, snapshot in suspects if snapshot.difference],
            next_key=start + self._page_size if more else None,
        )

    def recheck(self, key):
        self.checks.append((key, self._clock.now_s))
        return self._next_snapshot(key)

    def repair(self, key):
        self.repaired.append(key)
        if self.error is not None:
            raise self.error
        return self.can_repair

    def _next_snapshot(self, key):
        snapshots = self._snapshots[key]
        return snapshots.pop(0) if len(snapshots) > 1 else snapshots[0]


class Clock:
    def __init__(self):
        self.now_s = 1000.0
        self.slept = []

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now_s += seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def verify(clock, executor):
    """Verify the segments of a comparison; return the sum of the counts."""

    def run(comparison, segments=(WHOLE,), *, is_repairing=False):
        verifier = Verifier(
            comparison,
            executor,
            lag_s=LAG_S,
            is_repairing=is_repairing,
            now_s=lambda: clock.now_s,
            sleep=clock.sleep,
        )
        return sum(verifier.verify_segments(segments), VerifyCounts())

    return run


def test_without_a_difference_no_lag_is_waited_for(verify, clock):
    counts = verify(ScriptedComparison(clock, {1: [AGREED], 2: [AGREED]}))

    assert counts == VerifyCounts(records=2)
    assert clock.slept == []


@pytest.mark.parametrize("difference", list(Difference))
def test_a_difference_that_is_unchanged_after_the_lag_counts(verify, clock, difference):
    comparison = ScriptedComparison(clock, {1: [differ(difference)]})

    counts = verify(comparison)

    assert counts == VerifyCounts(records=1, **{difference.value: 1})
    assert counts.differences == 1
    assert comparison.checks == [(1, 1000 + LAG_S)]


def test_a_difference_that_is_gone_after_the_lag_was_in_flight(verify, clock):
    counts = verify(ScriptedComparison(clock, {1: [differ(), AGREED]}))

    assert counts == VerifyCounts(records=1, in_flight=1)


def test_a_difference_counts_as_in_flight_if_its_row_changed(verify, clock):
    counts = verify(ScriptedComparison(clock, {1: [differ(), differ(row=b"r2")]}))

    assert counts == VerifyCounts(records=1, in_flight=1)


def test_a_difference_counts_as_in_flight_if_both_sides_changed(verify, clock):
    comparison = ScriptedComparison(clock, {1: [differ(), differ(source=b"s2", row=b"r2")]})

    counts = verify(comparison)

    assert counts == VerifyCounts(records=1, in_flight=1)
    assert len(comparison.checks) == 1


def test_a_difference_is_rechecked_if_only_its_source_changed(verify, clock):
    moved = differ(source=b"s2")

    settled = ScriptedComparison(clock, {1: [differ(), moved, AGREED]})
    assert verify(settled).in_flight == 1
    assert [time_s for _, time_s in settled.checks] == [1010, 1020]

    stuck = ScriptedComparison(clock, {1: [differ(), moved, moved]})
    assert verify(stuck).stale == 1


def test_a_source_that_keeps_changing_is_judged_after_three_checks(verify, clock):
    snapshots = [differ(source=bytes([number])) for number in range(10)]
    comparison = ScriptedComparison(clock, {1: snapshots})

    counts = verify(comparison)

    assert counts.stale == 1
    assert len(comparison.checks) == 3


def test_only_differences_are_repaired(verify, clock):
    comparison = ScriptedComparison(
        clock, {1: [differ()], 2: [differ(), AGREED], 3: [differ(Difference.MISSING)]}
    )

    counts = verify(comparison, is_repairing=True)

    assert sorted(comparison.repaired) == [1, 3]
    assert counts == VerifyCounts(records=3, missing=1, stale=1, in_flight=1, repaired=2)


def test_nothing_is_repaired_by_default(verify, clock):
    comparison = ScriptedComparison(clock, {1: [differ()]})

    verify(comparison)

    assert comparison.repaired == []


def test_a_repair_that_wrote_nothing_is_not_counted(verify, clock):
    comparison = ScriptedComparison(clock, {1: [differ()]})
    comparison.can_repair = False

    counts = verify(comparison, is_repairing=True)

    assert (counts.stale, counts.repaired) == (1, 0)


@pytest.mark.parametrize("error", [InvalidRowError("ValidationException"), RepairContendedError()])
def test_a_row_that_cannot_be_repaired_is_counted_and_the_others_are_judged(verify, clock, error):
    comparison = ScriptedComparison(clock, {1: [differ()], 2: [differ()]})
    comparison.error = error

    counts = verify(comparison, is_repairing=True)

    assert counts == VerifyCounts(records=2, stale=2, failed=2)


def test_an_outage_ends_the_verification(verify, clock):
    comparison = ScriptedComparison(clock, {1: [differ()]})
    comparison.error = ReadModelWriteError("ThrottlingException", is_retry_safe=True)

    with pytest.raises(ReadModelWriteError):
        verify(comparison, is_repairing=True)


def test_the_lag_is_waited_for_once_for_all_segments(verify, clock):
    comparison = ScriptedComparison(clock, {number: [differ()] for number in range(300)})

    counts = verify(comparison, [Segment(index, 50) for index in range(50)])

    assert counts == VerifyCounts(records=300, stale=300)
    assert clock.slept.count(LAG_S) == 1


def test_the_number_of_suspects_is_bounded(verify, clock):
    comparison = ScriptedComparison(
        clock, {number: [differ()] for number in range(25_000)}, page_size=5_000
    )
    looked_at_when_read = []
    compare_page = comparison.compare_page

    def note_and_compare(segment, start_key):
        looked_at_when_read.append(len(comparison.checks))
        return compare_page(segment, start_key)

    comparison.compare_page = note_and_compare

    counts = verify(comparison)

    assert counts.stale == 25_000
    waiting = [5_000 * page - looked for page, looked in enumerate(looked_at_when_read)]
    assert max(waiting) == 10_000


def test_counts_add_up_and_have_the_sum_of_differences():
    total = VerifyCounts(missing=1, repaired=1) + VerifyCounts(stale=2, orphan=3, in_flight=9)

    assert total.to_json() == {
        "records": 0,
        "rows": 0,
        "missing": 1,
        "stale": 2,
        "orphan": 3,
        "in_flight": 9,
        "poison": 0,
        "repaired": 1,
        "failed": 0,
        "differences": 6,
    }


def test_an_error_of_a_recheck_ends_the_verification(clock):
    class Broken(ScriptedComparison):
        def recheck(self, _key):
            raise ZeroDivisionError

    with ThreadPoolExecutor(1) as pool:
        verifier = Verifier(
            Broken(clock, {1: [differ()]}),
            pool,
            lag_s=0,
            now_s=lambda: clock.now_s,
            sleep=clock.sleep,
        )
        with pytest.raises(ZeroDivisionError):
            list(verifier.verify_segments([WHOLE]))
