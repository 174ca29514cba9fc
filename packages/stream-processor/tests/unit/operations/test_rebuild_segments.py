import itertools
import threading

import pytest

from aws_client import RetryPolicy
from stream_processor.aws.retry import BatchRetry
from stream_processor.exceptions import ReadModelWriteError, StoppedError, TableReadError
from stream_processor.operations.rebuild import Rebuilder, rebuild_all, rebuild_segment
from stream_processor.operations.rebuild_state import (
    RebuildCounts,
    RebuildScope,
    RebuildState,
    SegmentProgress,
)
from stream_processor.operations.stop_request import StopRequest
from stream_processor.tables.table_reader import BATCH_SIZE, Segment

from ...support.fakes import InMemoryCommandTable

WHOLE = Segment(0, 1)
RECORDS = 3 * BATCH_SIZE
QUICKLY = BatchRetry(
    policy=RetryPolicy(attempts=3, first_delay_s=0, longest_delay_s=0, retries_throttled=True)
)


@pytest.fixture
def commands(make_item):
    table = InMemoryCommandTable()
    for number in range(RECORDS):
        table.put(make_item(transaction_id=f"tx_{number:03d}"))
    return table


@pytest.fixture
def rebuilder(commands, read_model, executor):
    return Rebuilder(commands, read_model, executor)


def run_segment(rebuilder, progress, *, batches=None):
    """Rebuild a segment, or its first batches; return its progress."""
    for after_batch in itertools.islice(
        rebuild_segment(rebuilder, WHOLE, progress, QUICKLY), batches
    ):
        progress = after_batch
    return progress


def make_state(segments):
    return RebuildState.open(None, RebuildScope("c", "r"), segments, 1)


def test_a_segment_is_rebuilt_to_its_end(rebuilder, read_model):
    progress = run_segment(rebuilder, SegmentProgress())

    assert progress == SegmentProgress(counts=RebuildCounts(written=RECORDS), is_done=True)
    assert len(read_model.rows) == RECORDS


def test_progress_is_yielded_after_every_batch_before_the_next_one(rebuilder, read_model):
    yielded = [
        (each.counts.read, len(read_model.rows))
        for each in rebuild_segment(rebuilder, WHOLE, SegmentProgress(), QUICKLY)
    ]

    assert yielded == [(100, 100), (200, 200), (300, 300)]


def test_a_segment_resumes_where_it_was_left(rebuilder, commands, read_model):
    left = run_segment(rebuilder, SegmentProgress(), batches=1)
    read_model.items.clear()
    scans = []
    commands.before_io = lambda name: scans.append(name) if name == "scan" else None

    done = run_segment(rebuilder, SegmentProgress.from_json(left.to_json()))

    assert (left.is_done, left.counts.read) == (False, 100)
    assert (done.is_done, done.counts.read) == (True, 300)
    assert len(scans) == 2
    assert len(read_model.rows) == 200


def test_a_segment_resumes_within_the_page_in_which_it_was_left(rebuilder, commands, read_model):
    commands.page_size = RECORDS
    left = run_segment(rebuilder, SegmentProgress(), batches=2)

    done = run_segment(rebuilder, SegmentProgress.from_json(left.to_json()))

    assert (left.is_done, left.counts.read) == (False, 2 * BATCH_SIZE)
    assert done == SegmentProgress(counts=RebuildCounts(written=RECORDS), is_done=True)
    assert len(read_model.rows) == RECORDS


def test_a_segment_that_is_done_stays_done(rebuilder, read_model):
    run_segment(rebuilder, SegmentProgress(is_done=True))

    assert read_model.rows == {}


def test_a_page_with_a_passing_error_is_retried(rebuilder, commands, read_model):
    failures = iter([TableReadError("ThrottlingException", is_retry_safe=True)] * 2)

    def fail(name):
        if name == "scan" and (failure := next(failures, None)):
            raise failure

    commands.before_io = fail

    assert run_segment(rebuilder, SegmentProgress()).is_done
    assert len(read_model.rows) == RECORDS


def test_all_segments_are_rebuilt_and_the_records_read_are_reported(rebuilder, read_model):
    state, read = make_state(4), []

    rebuild_all(rebuilder, state, StopRequest(), report=read.append, retry=QUICKLY)

    assert state.is_finished
    assert state.counts == RebuildCounts(written=RECORDS)
    assert sum(read) == RECORDS
    assert len(read_model.rows) == RECORDS


def test_a_stop_request_ends_a_rebuild_after_the_batch(rebuilder):
    state, stop = make_state(1), StopRequest()

    rebuild_all(rebuilder, state, stop, report=lambda _: stop.request(), retry=QUICKLY)

    assert not state.is_finished
    assert state.counts.read == BATCH_SIZE


def test_a_batch_that_a_stop_cut_short_is_not_recorded(commands, read_model, executor):
    state, stop = make_state(1), StopRequest()
    turns = threading.Semaphore(5)

    def wait_for_write():
        if not turns.acquire(blocking=False):
            stop.request()
            stop.check()

    rebuilder = Rebuilder(commands, read_model, executor, wait_for_write)

    with pytest.raises(StoppedError):
        rebuild_all(rebuilder, state, stop, report=lambda _: None, retry=QUICKLY)

    assert state.counts.read == 0
    assert 1 <= len(read_model.rows) <= 5


def test_a_failed_segment_stops_the_others_and_its_error_is_raised(rebuilder, read_model):
    read_model.failing_users = {"test_user_001"}
    state = make_state(4)

    with pytest.raises(ReadModelWriteError):
        rebuild_all(rebuilder, state, StopRequest(), report=lambda _: None, retry=QUICKLY)

    assert not state.is_finished
