import pytest

from notification_models import RowKey
from stream_processor.exceptions import StoppedError, TableReadError
from stream_processor.operations.operator_tools import OperatorTools
from stream_processor.operations.stop_request import StopRequest
from stream_processor.operations.verify import choose_segments, verify_all
from stream_processor.operations.verify_counts import Tally, VerifyCounts
from stream_processor.tables.table_reader import Segment


@pytest.fixture
def tally():
    return Tally()


@pytest.fixture
def verify(commands, read_model, executor, tally):
    """Verify segments of both sides in three threads."""
    tools = OperatorTools(
        commands=commands, read_model=read_model, executor=executor, keeps_expired=False
    )

    def run(total, stop=None, report=tally.add, *, is_repairing=False):
        verify_all(
            tools,
            choose_segments(None, total),
            stop or StopRequest(),
            report,
            threads=3,
            lag_s=0,
            is_repairing=is_repairing,
        )

    return run


@pytest.fixture
def differing(commands, read_model, deliver, make_item, make_record):
    """100 records: two without a row, three with a stale one, and four rows too many."""
    for number in range(100):
        commands.put(make_item(transaction_id=f"tx_{number:03d}", user_id=f"user_{number % 7}"))
    records = [make_record(n, new=item) for n, item in enumerate(commands.items.values())]
    deliver(*records)
    for item in list(commands.items.values())[:3]:
        commands.put(item | {"status": {"S": "DELIVERED"}})
    for key in list(commands.items)[50:54]:
        del commands.items[key]
    for key in [RowKey("user_6", f"1704067200000#tx_{number:03d}") for number in (90, 97)]:
        del read_model.items[key]


@pytest.mark.usefixtures("differing")
def test_both_sides_are_verified_once(verify, tally):
    verify(5)

    assert tally.counts == VerifyCounts(records=96, rows=98, missing=2, stale=3, orphan=4)


@pytest.mark.usefixtures("differing")
def test_after_a_repair_there_is_no_difference(verify, tally):
    verify(5, is_repairing=True)
    assert tally.counts.repaired == 9

    tally.counts = VerifyCounts()
    verify(5)
    assert tally.counts == VerifyCounts(records=96, rows=96)


def test_the_row_that_a_move_left_behind_is_counted_once(
    verify, tally, commands, deliver, make_item, make_record
):
    deliver(make_record(1, new=make_item(user_id="a")))
    commands.put(make_item(user_id="b"))
    deliver(make_record(2, new=make_item(user_id="b")))

    verify(2, is_repairing=True)

    assert (tally.counts.differences, tally.counts.orphan, tally.counts.repaired) == (1, 1, 1)


def test_a_stop_request_ends_the_verification(verify, commands, make_item):
    for number in range(500):
        commands.put(make_item(transaction_id=f"tx_{number:03d}"))
    stop, pages = StopRequest(), []

    def report(counts):
        pages.append(counts)
        stop.request()

    with pytest.raises(StoppedError):
        verify(1, stop, report)

    assert len(pages) == 1


def test_a_read_error_ends_the_verification(verify, commands):
    def fail(_name):
        raise TableReadError("AccessDeniedException")

    commands.before_io = fail

    with pytest.raises(TableReadError):
        verify(5)


def test_whole_tables_are_divided_into_the_given_number_of_segments():
    assert choose_segments(None, 3) == [Segment(0, 3), Segment(1, 3), Segment(2, 3)]


@pytest.mark.parametrize(("percent", "count"), [(0.01, 1), (0.1, 1), (2.5, 25), (100, 1000)])
def test_a_sample_has_its_share_of_a_thousand_segments(percent, count):
    chosen = choose_segments(percent, 8)

    assert len({segment.index for segment in chosen}) == len(chosen) == count
    assert {segment.total for segment in chosen} == {1000}


def test_samples_are_random():
    assert choose_segments(5, 8) != choose_segments(5, 8)


def test_every_count_and_the_sum_of_differences_is_a_metric():
    counts = VerifyCounts(
        records=1, rows=2, missing=3, stale=4, orphan=5, in_flight=6, poison=7, repaired=8, failed=9
    )

    metrics = {metric.name: metric.value for metric in counts.to_metrics()}

    assert metrics == {
        "VerifiedRecords": 1,
        "VerifiedRows": 2,
        "MissingRows": 3,
        "StaleRows": 4,
        "OrphanRows": 5,
        "Differences": 12,
        "InFlightRows": 6,
        "PoisonRecords": 7,
        "RepairedRows": 8,
        "FailedRepairs": 9,
    }
