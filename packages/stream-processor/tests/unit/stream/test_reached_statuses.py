"""The statuses that a batch's notifications reach, as `emit_by_ap` receives them."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stream_processor.observability.metrics import ReachedStatus
from stream_processor.stream.handler import StreamHandler

from ...support.fakes import Context
from ...support.world import World, list_new_statuses

SENT, DELIVERED, FAILED = (
    ReachedStatus("mobile-app-001", status) for status in ("SENT", "DELIVERED", "FAILED")
)


@pytest.fixture
def reached():
    return Counter()


@pytest.fixture
def deliver(read_model, quarantine, runner, reached):
    """Deliver stream records in one batch."""
    handler = StreamHandler(read_model, quarantine, runner, emit_by_ap=reached.update)
    return lambda *records: handler({"Records": records}, Context())


@pytest.fixture
def make_changes(make_item, make_record):
    """Create the stream records of a history of one command record; None deletes it."""

    def make(*history):
        images = [None, *(each if each is None else make_item(**each) for each in history)]
        return [
            make_record(number, old=images[number], new=images[number + 1])
            for number in range(len(history))
        ]

    return make


HISTORIES = {
    "created": ([{}], {SENT: 1}),
    "changed": ([{}, {"status": "FAILED"}], {SENT: 1, FAILED: 1}),
    "changed but for its status": ([{}, {"error_msg": "e"}], {SENT: 1}),
    "the same status in other letters": ([{}, {"status": "sent"}], {SENT: 1}),
    "moved": ([{}, {"user_id": "b"}], {SENT: 1}),
    "moved and failed": ([{}, {"user_id": "b", "status": "FAILED"}], {SENT: 1, FAILED: 1}),
    "moved there and back": ([{}, {"user_id": "b"}, {}], {SENT: 1}),
    "deleted": ([{}, None], {SENT: 1}),
    "deleted and created again": ([{}, None, {}], {SENT: 2}),
    "poison in between": ([{}, {"user_id": None}, {}], {SENT: 2}),
    "poison": ([{"user_id": None}], {}),
    "without AP and status": ([{"ap_id": None, "status": None}], {ReachedStatus(None, None): 1}),
    "its status removed": ([{}, {"status": None}], {SENT: 1, SENT._replace(status=None): 1}),
    "unknown statuses": (
        [{"status": "BOUNCED"}, {"status": "RETURNED"}],
        {SENT._replace(status="BOUNCED"): 1, SENT._replace(status="RETURNED"): 1},
    ),
    "back to a status": ([{}, {"status": "FAILED"}, {}], {SENT: 2, FAILED: 1}),
}


@pytest.mark.parametrize(("history", "expected"), HISTORIES.values(), ids=HISTORIES)
def test_a_notification_counts_under_each_status_that_it_reaches(
    deliver, reached, make_changes, history, expected
):
    for change in make_changes(*history):
        deliver(change)

    assert reached == expected


def test_a_redelivery_counts_nothing_again(deliver, reached, make_changes):
    changes = make_changes({}, {"status": "FAILED"}, {"status": "DELIVERED"}, None)
    for change in changes:
        deliver(change)
    once = Counter(reached)

    for start in range(len(changes)):
        deliver(*changes[start:])

    assert reached == once == {SENT: 1, FAILED: 1, DELIVERED: 1}


def test_of_several_changes_in_a_batch_the_status_at_the_end_counts(deliver, reached, make_changes):
    deliver(*make_changes({}, {"status": "FAILED"}, {"status": "FAILED", "retry_cnt": 1}))

    assert reached == {FAILED: 1}


def test_what_was_applied_before_a_batch_grew_does_not_count_again(deliver, reached, make_changes):
    sent, failed, retried = make_changes(
        {}, {"status": "FAILED"}, {"status": "FAILED", "retry_cnt": 1}
    )
    deliver(sent, failed)

    deliver(sent, failed, retried)

    assert reached == {FAILED: 1}


def test_a_row_that_is_not_written_does_not_count(deliver, reached, read_model, make_changes):
    (change,) = make_changes({})
    read_model.failing_writes = 1
    deliver(change)
    read_model.invalid_users = {"test_user_001"}
    deliver(change)

    assert not reached


statuses = st.sampled_from(["SENT", "DELIVERED", "FAILED", "failed", None])
sizes = st.lists(st.integers(1, 6), max_size=8)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(st.tuples(st.sampled_from("abc"), statuses), max_size=24),
    sizes=sizes,
    replays=st.lists(st.tuples(st.integers(0, 24), st.integers(1, 6)), max_size=4),
)
def test_each_notification_counts_under_its_status_in_any_batches(
    make_item, changes, sizes, replays
):
    world = World()
    for name, status in changes:
        # One AP for each record, so that its counts can be told from those of others.
        world.put(make_item(transaction_id=name, ap_id=name, status=status))

    for shard in world.shards:
        for size in sizes:
            world.deliver(shard, size)
            for start, count in replays:
                world.replay(shard, start, count)
    world.settle()

    all_changes = [change for shard in world.shards for change in shard.records]
    assert world.count_reached() <= list_new_statuses(all_changes)
    for row in world.read_model.rows.values():
        assert world.reached[row.record.ap_id, row.record.status] >= 1
