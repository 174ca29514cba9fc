import pytest

from notification_models import RowKey, Tombstone
from stream_processor.exceptions import ReadModelWriteError
from stream_processor.operations.rebuild import Rebuilder
from stream_processor.operations.rebuild_state import RebuildCounts
from stream_processor.operations.repair import UNVERSIONED
from stream_processor.tables.command_table import CommandKey
from stream_processor.tables.table_reader import BATCH_SIZE, Segment

from ...support.fakes import select
from ...support.world import rebuild_whole_segment

WHOLE = Segment(0, 1)
ROW_KEY = RowKey("test_user_001", "1704067200000#tx_001")


@pytest.fixture
def rebuild(commands, read_model, executor):
    """Rebuild the first batch of the whole table; return its counts."""

    def run(wait_for_write=lambda: None, **options):
        rebuilder = Rebuilder(commands, read_model, executor, wait_for_write, **options)
        return rebuilder.rebuild(rebuilder.scan(WHOLE, None).items)

    return run


def test_an_absent_row_is_written_below_every_version_of_the_stream(
    rebuild, commands, read_model, make_item
):
    commands.put(make_item())

    assert rebuild() == RebuildCounts(written=1)
    assert read_model.rows[ROW_KEY].version == UNVERSIONED


def test_a_right_row_is_unchanged(rebuild, commands, read_model, deliver, make_item, make_record):
    commands.put(make_item())
    deliver(make_record(1, new=make_item()))
    read_model.failing_users = {"test_user_001"}

    assert rebuild() == RebuildCounts(unchanged=1)


def test_a_row_that_differs_is_repaired_and_keeps_its_version(
    rebuild, commands, read_model, deliver, make_item, make_record
):
    deliver(make_record(1, new=make_item()))
    version = read_model.rows[ROW_KEY].version
    commands.put(make_item(status="DELIVERED"))

    assert rebuild() == RebuildCounts(repaired=1)
    assert read_model.rows[ROW_KEY].record.status == "DELIVERED"
    assert read_model.rows[ROW_KEY].version == version


def test_a_failed_row_of_a_release_without_the_index_of_failures_is_repaired(
    rebuild, commands, read_model, deliver, make_item, make_record
):
    commands.put(make_item(status="FAILED"))
    deliver(make_record(1, new=make_item(status="FAILED")))
    right = read_model.items[ROW_KEY]
    read_model.items[ROW_KEY] = select(right, right.keys() - {"failure_shard"})

    assert rebuild() == RebuildCounts(repaired=1)
    assert read_model.items[ROW_KEY] == right
    assert rebuild() == RebuildCounts(unchanged=1)


def test_a_poison_record_is_counted_and_its_row_buried(
    rebuild, commands, read_model, deliver, make_item, make_record
):
    deliver(make_record(1, new=make_item()))
    commands.put(make_item(user_id=None))

    assert rebuild() == RebuildCounts(poison=1)
    assert isinstance(read_model.rows[ROW_KEY], Tombstone)


def test_a_dry_run_leaves_the_row_of_a_poison_record(
    rebuild, commands, read_model, deliver, make_item, make_record
):
    deliver(make_record(1, new=make_item()))
    before = dict(read_model.rows)
    commands.put(make_item(user_id=None))

    assert rebuild(is_dry_run=True) == RebuildCounts(poison=1)
    assert read_model.rows == before


@pytest.mark.parametrize("found", ["an absent row", "a row that differs"])
def test_a_record_that_cannot_be_repaired_is_counted_and_the_others_are_rebuilt(
    rebuild, commands, read_model, deliver, make_item, make_record, found
):
    commands.put(make_item(user_id="invalid"))
    commands.put(make_item(transaction_id="tx_002"))
    if found == "a row that differs":
        deliver(make_record(1, new=make_item(user_id="invalid", status="DELIVERED")))
    read_model.invalid_users = {"invalid"}

    assert rebuild() == RebuildCounts(written=1, failed=1)


def test_a_record_whose_row_keeps_changing_is_counted_as_failed(
    rebuild, commands, read_model, deliver, make_item, make_record
):
    deliver(make_record(1, new=make_item()))
    commands.put(make_item(status="S0"))
    sequences = iter(range(2, 1000))

    def deliver_another_change(name):
        if name == "replace":
            deliver(make_record(next(sequences), new=make_item(status="S1")))

    read_model.before_io = deliver_another_change

    assert rebuild() == RebuildCounts(failed=1)


def test_a_dry_run_counts_the_same_and_writes_nothing(
    rebuild, commands, read_model, deliver, make_item, make_record
):
    commands.put(make_item(transaction_id="tx_002"))
    deliver(make_record(1, new=make_item()))
    commands.put(make_item(status="DELIVERED"))
    before = dict(read_model.rows)

    assert rebuild(is_dry_run=True) == RebuildCounts(written=1, repaired=1)
    assert read_model.rows == before


def test_only_writes_wait_for_the_rate_limit(rebuild, commands, deliver, make_item, make_record):
    deliver(make_record(1, new=make_item()))
    commands.put(make_item())
    commands.put(make_item(transaction_id="tx_002"))
    turns = []

    rebuild(lambda: turns.append("turn"))

    assert turns == ["turn"]


def test_a_record_deleted_since_the_scan_is_not_revived(
    rebuild, commands, read_model, deliver, make_item, make_record
):
    commands.put(make_item())

    def delete():
        commands.items.clear()
        deliver(make_record(2, old=make_item()))

    rebuild(delete)

    assert isinstance(read_model.rows[ROW_KEY], Tombstone)


def test_a_record_changed_since_the_scan_keeps_the_row_of_the_stream(
    rebuild, commands, read_model, deliver, make_item, make_record
):
    commands.put(make_item())

    def change():
        commands.put(make_item(status="DELIVERED"))
        deliver(make_record(2, old=make_item(), new=make_item(status="DELIVERED")))

    assert rebuild(change) == RebuildCounts(unchanged=1)
    assert read_model.rows[ROW_KEY].record.status == "DELIVERED"


def test_a_record_that_became_poison_since_the_scan_is_counted_as_poison(
    rebuild, commands, deliver, make_item, make_record
):
    deliver(make_record(1, new=make_item()))
    commands.put(make_item(status="DELIVERED"))

    counts = rebuild(lambda: commands.put(make_item(user_id=None)))

    assert counts == RebuildCounts(poison=1)


def test_where_expired_rows_are_kept_a_record_expired_since_the_scan_keeps_its_row(
    rebuild, commands, read_model, deliver, make_item, make_record
):
    deliver(make_record(1, new=make_item()))
    commands.put(make_item(status="DELIVERED"))
    before = dict(read_model.rows)

    counts = rebuild(commands.items.clear, keeps_expired=True)

    assert counts == RebuildCounts(unchanged=1)
    assert read_model.rows == before


@pytest.mark.parametrize("failure", ["AccessDeniedException", "ThrottlingException"])
def test_an_outage_fails_the_batch(rebuild, commands, read_model, make_item, failure):
    commands.put(make_item())
    if failure == "AccessDeniedException":
        read_model.failing_users = {"test_user_001"}
    else:
        read_model.failing_writes = 1

    with pytest.raises(ReadModelWriteError) as caught:
        rebuild()

    assert caught.value.code == failure


def test_all_batches_of_all_segments_are_the_whole_table(commands, read_model, executor, make_item):
    for number in range(2 * BATCH_SIZE + 50):
        commands.put(make_item(transaction_id=f"tx_{number:03d}"))
    rebuilder = Rebuilder(commands, read_model, executor)

    for index in range(2):
        rebuild_whole_segment(rebuilder, Segment(index, 2))

    assert len(read_model.rows) == len(commands.items)


def test_counts_add_up():
    total = RebuildCounts(unchanged=1, written=2) + RebuildCounts(written=3, repaired=4, poison=5)
    total += RebuildCounts(failed=6)

    assert total == RebuildCounts(unchanged=1, written=5, repaired=4, poison=5, failed=6)
    assert total.read == 21


def test_a_record_whose_key_no_row_can_have_is_poison(rebuild, commands):
    key = CommandKey("tx_001", "-1")
    commands.items[key] = key.to_item()

    assert rebuild() == RebuildCounts(poison=1)


def test_a_record_in_seconds_is_rebuilt_and_repaired(rebuild, commands, make_item):
    commands.put(make_item(created_at=1_704_067_200))
    assert rebuild() == RebuildCounts(written=1)

    commands.put(make_item(created_at=1_704_067_200, status="DELIVERED"))
    assert rebuild() == RebuildCounts(repaired=1)
    assert rebuild() == RebuildCounts(unchanged=1)


def test_two_records_of_one_row_are_rebuilt(rebuild, commands, read_model, make_item):
    commands.put(make_item(created_at=1_704_067_200))
    commands.put(make_item())

    assert rebuild().read == 2
    assert list(read_model.rows) == [ROW_KEY]
