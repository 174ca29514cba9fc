import pytest

from notification_models import RowKey, Tombstone
from stream_processor.operations.comparison import RowComparison, SourceComparison
from stream_processor.operations.repair import Repairer
from stream_processor.operations.verify_counts import Difference, VerifyCounts
from stream_processor.tables.command_table import CommandKey
from stream_processor.tables.table_reader import Segment

from ...support.fakes import select

WHOLE = Segment(0, 1)
KEY = CommandKey("tx_001", "1704067200000")
ROW_KEY = RowKey("test_user_001", "1704067200000#tx_001")


@pytest.fixture
def records(commands, read_model, repairer):
    return SourceComparison(commands, read_model, repairer)


@pytest.fixture
def rows(commands, read_model, repairer):
    return RowComparison(commands, read_model, repairer)


@pytest.fixture
def synced(commands, deliver, make_item, make_record):
    """One record and its row."""
    commands.put(make_item())
    deliver(make_record(1, new=make_item()))


def differences(page):
    return [(key, snapshot.difference) for key, snapshot in page.suspects]


@pytest.mark.usefixtures("synced")
def test_sides_that_agree_have_no_suspects(records, rows):
    page, back = records.compare_page(WHOLE, None), rows.compare_page(WHOLE, None)

    assert (page.counts, page.suspects) == (VerifyCounts(records=1), [])
    assert (back.counts, back.suspects) == (VerifyCounts(rows=1), [])
    assert records.recheck(KEY).difference is None
    assert rows.recheck(ROW_KEY).difference is None


def test_a_record_without_a_row_is_missing(records, commands, make_item):
    commands.put(make_item())

    assert differences(records.compare_page(WHOLE, None)) == [(KEY, Difference.MISSING)]
    assert records.recheck(KEY).difference is Difference.MISSING


def test_a_record_with_a_tombstone_is_missing(records, commands, deliver, make_item, make_record):
    deliver(make_record(1, old=make_item()))
    commands.put(make_item())

    assert records.recheck(KEY).difference is Difference.MISSING


@pytest.mark.usefixtures("synced")
@pytest.mark.parametrize(
    "change", [{"status": "FAILED"}, {"ap_id": None}, {"error_msg": "new"}, {"marketing_id": "m"}]
)
def test_a_row_of_other_content_is_stale(records, commands, make_item, change):
    commands.put(make_item(**change))

    assert differences(records.compare_page(WHOLE, None)) == [(KEY, Difference.STALE)]
    assert records.recheck(KEY).difference is Difference.STALE


def test_a_failed_row_of_a_release_without_the_index_of_failures_is_stale(
    records, commands, read_model, deliver, make_item, make_record
):
    commands.put(make_item(status="FAILED"))
    deliver(make_record(1, new=make_item(status="FAILED")))
    row = read_model.items[ROW_KEY]
    read_model.items[ROW_KEY] = select(row, row.keys() - {"failure_shard"})

    assert differences(records.compare_page(WHOLE, None)) == [(KEY, Difference.STALE)]
    assert records.repair(KEY)
    assert records.recheck(KEY).difference is None


@pytest.mark.usefixtures("synced")
@pytest.mark.parametrize(
    "change",
    [
        {"version": {"S": "no version"}},
        {"alien": {"B": b"\x00"}},
        {"status": {"N": "1"}},
        {"failure_shard": {"S": "2024-01-01#7"}},
    ],
)
def test_a_row_with_foreign_content_is_stale(records, read_model, change):
    read_model.items[ROW_KEY] = read_model.items[ROW_KEY] | change

    assert records.recheck(KEY).difference is Difference.STALE


@pytest.mark.usefixtures("synced")
def test_a_poison_record_is_counted_and_its_row_is_an_orphan(
    records, rows, commands, read_model, make_item
):
    commands.put(make_item(user_id=None))

    page = records.compare_page(WHOLE, None)

    assert (page.counts, page.suspects) == (VerifyCounts(records=1, poison=1), [])
    assert differences(rows.compare_page(WHOLE, None)) == [(ROW_KEY, Difference.ORPHAN)]
    assert rows.repair(ROW_KEY) is True
    assert isinstance(read_model.rows[ROW_KEY], Tombstone)


@pytest.mark.usefixtures("synced")
def test_a_row_whose_record_is_gone_is_an_orphan(rows, commands):
    commands.items.clear()

    assert differences(rows.compare_page(WHOLE, None)) == [(ROW_KEY, Difference.ORPHAN)]
    assert rows.recheck(ROW_KEY).difference is Difference.ORPHAN


@pytest.mark.usefixtures("synced")
def test_a_row_whose_record_belongs_to_another_user_is_an_orphan(rows, commands, make_item):
    commands.put(make_item(user_id="test_user_002"))

    assert rows.recheck(ROW_KEY).difference is Difference.ORPHAN


def test_a_row_under_a_key_that_no_record_makes_is_an_orphan(rows, read_model):
    key = RowKey("u", "no key at all")
    read_model.items[key] = {"user_id": {"S": "u"}, "notification_key": {"S": "no key at all"}}

    assert differences(rows.compare_page(WHOLE, None)) == [(key, Difference.ORPHAN)]
    assert rows.repair(key) is True
    assert rows.recheck(key).difference is None


def test_a_tombstone_is_no_row(rows, deliver, make_item, make_record):
    deliver(make_record(1, old=make_item()))

    page = rows.compare_page(WHOLE, None)

    assert (page.counts, page.suspects) == (VerifyCounts(), [])


@pytest.mark.usefixtures("synced")
def test_a_snapshot_differs_if_either_side_has_changed(records, commands, read_model, make_item):
    commands.put(make_item(status="FAILED"))
    before = records.recheck(KEY)
    commands.put(make_item(status="DELIVERED"))
    source_moved = records.recheck(KEY)
    read_model.items[ROW_KEY] = read_model.items[ROW_KEY] | {"ap_id": {"S": "other"}}
    row_moved = records.recheck(KEY)

    assert source_moved.source != before.source
    assert source_moved.row == before.row
    assert row_moved.source == source_moved.source
    assert row_moved.row != source_moved.row


def test_differences_are_repaired(records, rows, commands, read_model, make_item):
    commands.put(make_item())
    assert records.repair(KEY) is True
    assert records.recheck(KEY).difference is None

    commands.items.clear()
    assert rows.repair(ROW_KEY) is True
    assert isinstance(read_model.rows[ROW_KEY], Tombstone)
    assert rows.repair(ROW_KEY) is False


def test_a_record_that_has_become_poison_is_left(records, commands, make_item):
    commands.put(make_item(user_id=None))

    assert records.repair(KEY) is False


def test_a_record_in_seconds_and_its_row_agree(
    records, rows, commands, deliver, make_item, make_record
):
    item = make_item(created_at=1_704_067_200)
    commands.put(item)
    deliver(make_record(1, new=item))

    assert records.compare_page(WHOLE, None).suspects == []
    assert rows.compare_page(WHOLE, None).suspects == []
    assert records.recheck(CommandKey("tx_001", "1704067200")).difference is None
    assert rows.recheck(ROW_KEY).difference is None


def test_two_records_of_one_row_are_compared(records, commands, make_item):
    commands.put(make_item(created_at=1_704_067_200))
    commands.put(make_item())

    assert len(records.compare_page(WHOLE, None).suspects) == 2


@pytest.mark.usefixtures("synced")
def test_a_row_of_a_version_from_the_future_is_stale(records, read_model):
    version = {"S": "2027-01-15T08:00:00.001#" + "1".zfill(40)}
    read_model.items[ROW_KEY] = read_model.items[ROW_KEY] | {"version": version}

    assert records.recheck(KEY).difference is Difference.STALE


@pytest.mark.usefixtures("synced")
class TestWhereExpiredRowsAreKept:
    @pytest.fixture
    def repairer(self, commands, read_model):
        return Repairer(commands, read_model, keeps_expired=True)

    def test_a_row_without_a_record_is_not_an_orphan(self, rows, commands):
        commands.items.clear()

        assert rows.compare_page(WHOLE, None).suspects == []
        assert rows.recheck(ROW_KEY).difference is None
        assert rows.repair(ROW_KEY) is False

    def test_a_row_whose_record_belongs_to_another_user_is_still_an_orphan(
        self, rows, commands, read_model, make_item
    ):
        commands.put(make_item(user_id="test_user_002"))

        assert rows.recheck(ROW_KEY).difference is Difference.ORPHAN
        assert rows.repair(ROW_KEY) is True
        assert isinstance(read_model.rows[ROW_KEY], Tombstone)

    def test_a_record_that_is_gone_is_left(self, records, commands, read_model):
        commands.items.clear()
        before = dict(read_model.rows)

        assert records.repair(KEY) is False
        assert read_model.rows == before
