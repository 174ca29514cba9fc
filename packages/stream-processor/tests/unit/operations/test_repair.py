import pytest

from notification_models import InvalidRecordError, RowKey, Tombstone, encode_row, project_item
from stream_processor.exceptions import RecordGoneError, RepairContendedError
from stream_processor.operations.repair import UNVERSIONED, FailedChange, Repairer
from stream_processor.tables.command_table import CommandKey

from ...support.fakes import select

KEY = CommandKey("tx_001", "1704067200000")
ROW_KEY = RowKey("test_user_001", "1704067200000#tx_001")
OTHER_KEY = RowKey("test_user_002", "1704067200000#tx_001")
NOW_S = 1_800_000_000
FROM_FUTURE = "2027-01-15T08:00:00.001#" + "1".zfill(40)


@pytest.fixture
def repairer(commands, read_model):
    return Repairer(commands, read_model, now_s=lambda: NOW_S)


def test_a_missing_row_is_written_below_every_version_of_the_stream(
    repairer, commands, read_model, deliver, make_item, make_record
):
    commands.put(make_item(status="SENT"))

    assert repairer.repair(KEY) is True

    assert read_model.rows[ROW_KEY].record == project_item(make_item(status="SENT"))
    assert read_model.rows[ROW_KEY].version == UNVERSIONED
    deliver(make_record(1, new=make_item(status="DELIVERED")))
    assert read_model.rows[ROW_KEY].record.status == "DELIVERED"


def test_a_stale_row_is_corrected_and_keeps_its_version(
    repairer, commands, read_model, deliver, make_item, make_record
):
    deliver(make_record(5, new=make_item(status="SENT")))
    version = read_model.rows[ROW_KEY].version
    commands.put(make_item(status="DELIVERED"))

    assert repairer.repair(KEY) is True

    assert read_model.rows[ROW_KEY].record.status == "DELIVERED"
    assert read_model.rows[ROW_KEY].version == version


@pytest.mark.parametrize("shard", [None, "2023-12-31#7", "2024-01-01#6"])
def test_a_failed_row_is_put_into_its_shard_of_the_index_of_failures(
    repairer, commands, read_model, deliver, make_item, make_record, shard
):
    commands.put(make_item(status="FAILED"))
    deliver(make_record(5, new=make_item(status="FAILED")))
    right = read_model.items[ROW_KEY]
    without = select(right, right.keys() - {"failure_shard"})
    read_model.items[ROW_KEY] = without | ({"failure_shard": {"S": shard}} if shard else {})

    assert repairer.repair(KEY) is True

    assert right["failure_shard"] == {"S": "2024-01-01#7"}
    assert read_model.items[ROW_KEY] == right


def test_a_row_that_failed_no_longer_leaves_the_index_of_failures(
    repairer, commands, read_model, deliver, make_item, make_record
):
    deliver(make_record(5, new=make_item(status="FAILED")))
    commands.put(make_item(status="DELIVERED"))

    assert repairer.repair(KEY) is True

    assert "failure_shard" not in read_model.items[ROW_KEY]


def test_a_right_row_is_not_written(
    repairer, commands, read_model, deliver, make_item, make_record
):
    commands.put(make_item())
    deliver(make_record(5, new=make_item()))
    read_model.failing_writes = 1

    assert repairer.repair(KEY) is False


def test_a_row_without_a_record_becomes_a_tombstone_of_its_version(
    repairer, read_model, deliver, make_item, make_record
):
    deliver(make_record(5, new=make_item()))
    version = read_model.rows[ROW_KEY].version

    assert repairer.repair(KEY) is True

    assert read_model.rows[ROW_KEY] == Tombstone(
        key=ROW_KEY,
        version=version,
        deleted_at=NOW_S * 1000,
        expires_at=NOW_S + 8 * 86_400,
    )


def test_an_unknown_record_changes_nothing(repairer, read_model):
    assert repairer.repair(KEY) is False
    assert read_model.rows == {}


def test_a_tombstone_is_left_as_it_is(repairer, read_model, deliver, make_item, make_record):
    deliver(make_record(5, old=make_item()))
    before = dict(read_model.rows)

    assert repairer.repair(KEY) is False
    assert read_model.rows == before


def test_a_tombstone_of_an_existing_record_becomes_a_row(
    repairer, commands, read_model, deliver, make_item, make_record
):
    deliver(make_record(5, old=make_item()))
    commands.put(make_item())

    assert repairer.repair(KEY) is True

    assert read_model.rows[ROW_KEY].record == project_item(make_item())


def test_a_moved_record_has_a_row_under_its_new_user_only(
    repairer, commands, read_model, deliver, make_item, make_record
):
    deliver(make_record(5, new=make_item()))
    commands.put(make_item(user_id="test_user_002"))

    assert repairer.repair(KEY) is True

    assert isinstance(read_model.rows[ROW_KEY], Tombstone)
    assert read_model.rows[OTHER_KEY].record.user_id == "test_user_002"


@pytest.mark.parametrize("keeps_expired", [False, True])
def test_rows_of_a_poison_record_become_tombstones_of_their_version(
    commands, read_model, deliver, make_item, make_record, keeps_expired
):
    repairer = Repairer(commands, read_model, now_s=lambda: NOW_S, keeps_expired=keeps_expired)
    deliver(make_record(5, new=make_item()))
    version = read_model.rows[ROW_KEY].version
    commands.put(make_item(user_id=None))

    with pytest.raises(InvalidRecordError) as caught:
        repairer.repair(KEY)

    assert caught.value.attribute == "user_id"
    assert isinstance(read_model.rows[ROW_KEY], Tombstone)
    assert read_model.rows[ROW_KEY].version == version


def test_a_poison_record_needs_no_second_repair(
    repairer, commands, read_model, deliver, make_item, make_record
):
    deliver(make_record(5, new=make_item()))
    commands.put(make_item(user_id=None))
    with pytest.raises(InvalidRecordError):
        repairer.repair(KEY)
    read_model.failing_writes = 1

    with pytest.raises(InvalidRecordError):
        repairer.repair(KEY)


def test_a_dry_repair_of_a_poison_record_raises_and_writes_nothing(
    repairer, commands, read_model, deliver, make_item, make_record
):
    deliver(make_record(5, new=make_item()))
    before = dict(read_model.rows)
    commands.put(make_item(user_id=None))

    with pytest.raises(InvalidRecordError):
        repairer.needs_repair(KEY)

    assert read_model.rows == before


def test_the_repair_of_a_failed_change_to_poison_leaves_its_mark(
    repairer, commands, read_model, deliver, make_item, make_record
):
    commands.put(make_item(user_id=None))

    with pytest.raises(InvalidRecordError):
        repairer.repair(KEY, FAILED)

    deliver(make_record(4, new=make_item()))
    assert isinstance(read_model.rows[ROW_KEY], Tombstone)


@pytest.mark.parametrize("key", [CommandKey("tx_001", "-1"), CommandKey("x" * 1011, "1")])
def test_a_key_that_no_row_can_have_needs_no_repair_when_its_record_is_gone(repairer, key):
    assert repairer.repair(key) is False


@pytest.mark.parametrize("version", [{"S": "zzz"}, {"N": "1"}, {"S": ""}, None])
def test_an_invalid_version_does_not_block_the_stream(
    repairer, commands, read_model, deliver, make_item, make_record, version
):
    commands.put(make_item())
    deliver(make_record(1, new=make_item()))
    read_model.items[ROW_KEY].pop("version")
    if version is not None:
        read_model.items[ROW_KEY]["version"] = version

    assert repairer.repair(KEY) is True

    deliver(make_record(2, old=make_item(), new=make_item(status="DELIVERED")))
    assert read_model.rows[ROW_KEY].record.status == "DELIVERED"


def test_a_foreign_attribute_is_removed(
    repairer, commands, read_model, deliver, make_item, make_record
):
    commands.put(make_item())
    deliver(make_record(1, new=make_item()))
    row = read_model.rows[ROW_KEY]
    read_model.items[ROW_KEY]["device_token"] = {"S": "leaked"}

    assert repairer.repair(KEY) is True
    assert read_model.items[ROW_KEY] == encode_row(row)


def test_a_faster_write_of_the_stream_stands(
    repairer, commands, read_model, deliver, make_item, make_record
):
    deliver(make_record(1, new=make_item(status="SENT")))
    commands.put(make_item(status="SENT", ap_id="web-portal-001"))

    def deliver_a_change(name):
        if name == "replace":
            read_model.before_io = lambda _name: None
            commands.put(make_item(status="DELIVERED"))
            deliver(make_record(2, old=make_item(), new=make_item(status="DELIVERED")))

    read_model.before_io = deliver_a_change

    repairer.repair(KEY)

    assert read_model.rows[ROW_KEY].record.status == "DELIVERED"
    assert read_model.rows[ROW_KEY].version.endswith("2")


def test_a_row_that_keeps_changing_is_contended(
    repairer, commands, read_model, deliver, make_item, make_record
):
    commands.put(make_item(status="S0"))
    sequences = iter(range(1, 1000))

    def deliver_another_change(name):
        if name == "replace":
            deliver(make_record(next(sequences), new=make_item(status="S1")))

    read_model.before_io = deliver_another_change

    with pytest.raises(RepairContendedError):
        repairer.repair(KEY)


def test_an_orphan_missing_from_the_index_gets_a_tombstone(repairer, read_model):
    read_model.items[RowKey("u", "no key at all")] = {
        "user_id": {"S": "u"},
        "notification_key": {"S": "no key at all"},
    }

    planned = repairer.plan_orphan(RowKey("u", "no key at all"))

    assert isinstance(planned.row, Tombstone)
    assert repairer.replace(planned) is True
    assert repairer.plan_orphan(RowKey("u", "no key at all")) is None


def test_a_row_whose_record_is_poison_is_an_orphan(
    repairer, commands, deliver, make_item, make_record
):
    deliver(make_record(5, new=make_item()))
    commands.put(make_item(user_id=None))

    assert isinstance(repairer.plan_orphan(ROW_KEY).row, Tombstone)


def test_where_expired_rows_are_kept_a_row_without_a_record_is_left(
    commands, read_model, deliver, make_item, make_record
):
    repairer = Repairer(commands, read_model, keeps_expired=True)
    deliver(make_record(5, new=make_item()))
    before = dict(read_model.rows)

    with pytest.raises(RecordGoneError):
        repairer.repair(KEY)

    assert repairer.plan_orphan(ROW_KEY) is None
    assert read_model.rows == before


def test_where_expired_rows_are_kept_a_missing_record_without_a_row_needs_no_repair(
    commands, read_model, deliver, make_item, make_record
):
    repairer = Repairer(commands, read_model, keeps_expired=True)

    assert repairer.repair(KEY) is False
    deliver(make_record(5, old=make_item()))
    assert repairer.repair(KEY) is False


def test_a_row_created_during_the_scan_is_not_an_orphan(
    repairer, commands, read_model, deliver, make_item, make_record
):
    calls = iter(["first", "second"])

    def create_between_the_reads(_name):
        if next(calls, None) == "second":
            commands.put(make_item())
            deliver(make_record(1, new=make_item()))

    commands.before_io = read_model.before_io = create_between_the_reads

    assert repairer.plan_orphan(ROW_KEY) is None


FAILED = FailedChange("2026-11-23T09:00:00.000#" + "5".zfill(40), frozenset({"test_user_001"}))


def test_the_repair_of_a_failed_delete_leaves_its_tombstone(
    repairer, read_model, deliver, make_item, make_record
):
    assert repairer.repair(KEY, FAILED) is True

    assert isinstance(read_model.rows[ROW_KEY], Tombstone)
    assert repairer.repair(KEY, FAILED) is False
    deliver(make_record(4, new=make_item()))
    assert isinstance(read_model.rows[ROW_KEY], Tombstone)
    deliver(make_record(6, new=make_item()))
    assert read_model.rows[ROW_KEY].record == project_item(make_item())


def test_the_repair_of_a_failed_change_blocks_older_changes(
    repairer, commands, read_model, deliver, make_item, make_record
):
    deliver(make_record(1, new=make_item(status="SENT")))
    commands.put(make_item(status="DELIVERED"))

    assert repairer.repair(KEY, FAILED) is True

    deliver(make_record(4, old=make_item(), new=make_item(status="FAILED")))
    assert read_model.rows[ROW_KEY].record.status == "DELIVERED"


def test_the_repair_of_a_failed_change_keeps_a_higher_version(
    repairer, commands, read_model, deliver, make_item, make_record
):
    commands.put(make_item())
    deliver(make_record(9, new=make_item()))
    before = dict(read_model.rows)

    assert repairer.repair(KEY, FAILED) is False
    assert read_model.rows == before


def test_the_repair_of_a_failed_move_leaves_a_tombstone_under_the_old_user(
    repairer, commands, read_model, make_item
):
    commands.put(make_item(user_id="test_user_002"))

    assert repairer.repair(KEY, FAILED) is True

    assert isinstance(read_model.rows[ROW_KEY], Tombstone)
    assert read_model.rows[OTHER_KEY].record.user_id == "test_user_002"


def test_a_user_id_that_no_row_can_have_is_not_read(repairer, commands, make_item):
    source = make_item()
    source["user_id"] = {"S": "x" * 2049}
    commands.put(source)

    with pytest.raises(InvalidRecordError) as caught:
        repairer.repair(KEY, FailedChange(UNVERSIONED, frozenset({"y" * 2049})))

    assert caught.value.attribute == "user_id"


def test_a_version_from_the_future_does_not_block_the_stream(
    repairer, commands, read_model, deliver, make_item, make_record
):
    commands.put(make_item())
    deliver(make_record(1, new=make_item()))
    read_model.items[ROW_KEY]["version"] = {"S": FROM_FUTURE}

    assert repairer.repair(KEY) is True

    deliver(make_record(2, old=make_item(), new=make_item(status="DELIVERED")))
    assert read_model.rows[ROW_KEY].record.status == "DELIVERED"


@pytest.mark.parametrize("version", [FROM_FUTURE, "9999#" + "9" * 40, "zzz"])
def test_a_failed_change_of_a_version_that_no_stream_gives_leaves_no_mark(
    repairer, commands, read_model, make_item, version
):
    commands.put(make_item())

    repairer.repair(KEY, FailedChange(version, frozenset({"test_user_001"})))

    assert read_model.rows[ROW_KEY].version == UNVERSIONED


class TestARecordInSeconds:
    KEY = CommandKey("tx_001", "1704067200")

    @pytest.fixture
    def item(self, make_item):
        return make_item(created_at=1_704_067_200)

    def test_its_row_is_written(self, repairer, commands, read_model, item):
        commands.put(item)

        assert repairer.repair(self.KEY) is True

        assert read_model.rows[ROW_KEY].record.source_created_at == 1_704_067_200
        assert repairer.repair(self.KEY) is False

    def test_its_row_is_buried_when_it_is_gone(
        self, repairer, read_model, deliver, item, make_record
    ):
        deliver(make_record(5, new=item))

        assert repairer.repair(self.KEY) is True

        assert isinstance(read_model.rows[ROW_KEY], Tombstone)

    def test_its_row_is_no_orphan(self, repairer, commands, deliver, item, make_record):
        commands.put(item)
        deliver(make_record(5, new=item))

        assert repairer.plan_orphan(ROW_KEY) is None

    def test_the_row_of_the_same_instant_in_milliseconds_is_left(
        self, repairer, commands, read_model, deliver, item, make_item, make_record
    ):
        other = make_item(user_id="test_user_002")
        commands.put(item)
        commands.put(other)
        deliver(make_record(5, new=item), make_record(6, new=other))
        before = dict(read_model.rows)

        assert repairer.repair(self.KEY) is False
        assert repairer.repair(KEY) is False
        assert read_model.rows == before


def test_a_row_that_no_record_can_have_is_an_orphan(repairer, commands, read_model, make_item):
    commands.put(make_item(created_at=1_704_067_200))
    key = RowKey("test_user_001", "0001704067200#tx_001")
    read_model.items[key] = {
        "user_id": {"S": key.user_id},
        "notification_key": {"S": key.notification_key},
        "transaction_id": {"S": "tx_001"},
    }

    assert isinstance(repairer.plan_orphan(key).row, Tombstone)
