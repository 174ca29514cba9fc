import pytest

from notification_models import RowKey, Tombstone
from stream_processor.exceptions import StoppedError
from stream_processor.personal_data.erase import Eraser
from stream_processor.personal_data.receipt import ErasureReceipt
from stream_processor.tables.command_table import CommandKey

from ...support.fakes import InlineExecutor
from ...support.person import InMemoryPersonTables

LAG_S = 30


class Clock:
    """Time that passes only in `sleep`; then `on_sleep` happens."""

    def __init__(self):
        self.now_s = 0.0
        self.on_sleep = lambda: None

    def __call__(self):
        return self.now_s

    def sleep(self, seconds):
        self.now_s += seconds
        self.on_sleep()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def person(commands, read_model):
    return InMemoryPersonTables(commands, read_model, "alice")


@pytest.fixture
def eraser(person, commands, repairer, clock):
    return Eraser(
        person, commands, repairer, InlineExecutor(), lag_s=LAG_S, now_s=clock, sleep=clock.sleep
    )


@pytest.fixture
def erase(eraser):
    """Erase alice; return the receipt."""

    def run(report=lambda _read: None):
        receipt = ErasureReceipt()
        eraser.erase(receipt, report)
        return receipt

    return run


@pytest.fixture
def send(commands, deliver, make_item, make_record):
    """Write command records; the stream delivers them at once."""

    def write(*transactions, sequence=1, user_id="alice", **changes):
        for number, transaction in enumerate(transactions):
            item = make_item(transaction_id=transaction, user_id=user_id, **changes)
            old = commands.put(item)
            deliver(make_record(sequence + number, old=old, new=item))

    return write


@pytest.fixture
def deliver_deletes(deliver, commands, read_model, make_item, make_record):
    """Deliver the deletes of all of alice's rows whose record is gone."""

    def run():
        for sequence, key in enumerate(sorted(read_model.rows), start=100):
            transaction_id = key.notification_key.partition("#")[2]
            if not any(each.transaction_id == transaction_id for each in commands.items):
                item = make_item(transaction_id=transaction_id, user_id=key.user_id)
                deliver(make_record(sequence, old=item))

    return run


def list_live(read_model, user_id="alice"):
    return [
        key
        for key, row in read_model.rows.items()
        if key.user_id == user_id and not isinstance(row, Tombstone)
    ]


def test_records_are_deleted_and_the_stream_deletes_their_rows(
    erase, send, commands, read_model, clock, deliver_deletes
):
    send("tx_1", "tx_2", "tx_3")
    clock.on_sleep = deliver_deletes

    receipt = erase()

    assert not commands.items
    assert receipt == ErasureReceipt(
        records=3, rows=3, rows_buried=0, tombstones=3, is_complete=True
    )
    assert len(read_model.rows) == 3
    assert clock.now_s < LAG_S


def test_rows_that_the_stream_leaves_are_buried_after_the_lag(erase, send, read_model, clock):
    send("tx_1", "tx_2")

    receipt = erase()

    assert not list_live(read_model)
    assert receipt == ErasureReceipt(
        records=2, rows=2, rows_buried=2, tombstones=2, is_complete=True
    )
    assert clock.now_s == LAG_S


def test_a_late_delete_and_a_redelivery_leave_buried_rows_buried(
    erase, send, read_model, deliver, make_item, make_record
):
    send("tx_1")
    item = make_item(transaction_id="tx_1", user_id="alice")
    erase()

    deliver(make_record(1, new=item))
    deliver(make_record(2, old=item))
    deliver(make_record(1, new=item))

    assert not list_live(read_model)


def test_other_users_keep_their_records_and_rows(erase, send, commands, read_model):
    send("tx_1", user_id="bob")
    send("tx_2", sequence=2)
    bobs = RowKey("bob", "1704067200000#tx_1")

    erase()

    assert list(commands.items) == [CommandKey("tx_1", "1704067200000")]
    assert list_live(read_model, "bob") == [bobs]


def test_a_record_that_is_not_yet_projected_is_deleted(erase, commands, make_item):
    commands.put(make_item(user_id="alice"))

    assert erase().records == 1
    assert not commands.items


def test_a_poison_record_of_the_user_is_deleted(erase, commands):
    item = {"transaction_id": {"S": "tx"}, "created_at": {"N": "1E+20"}, "user_id": {"S": "alice"}}
    commands.put(item)

    assert erase() == ErasureReceipt(records=1, is_complete=True)
    assert not commands.items


def test_a_record_that_moves_before_its_delete_stays(erase, commands, make_item):
    commands.put(make_item(user_id="alice"))
    moved = make_item(user_id="bob")

    def move(name):
        if name == "delete":
            commands.put(moved)

    commands.before_io = move

    assert erase() == ErasureReceipt(records=0, is_complete=True)
    assert list(commands.items.values()) == [moved]


def test_the_row_that_a_moved_record_left_behind_is_buried(
    erase, send, commands, read_model, make_item
):
    send("tx_1")
    moved = make_item(transaction_id="tx_1", user_id="bob")
    commands.put(moved)

    receipt = erase()

    assert (receipt.records, receipt.rows_buried, receipt.is_complete) == (0, 1, True)
    assert not list_live(read_model)
    assert list(commands.items.values()) == [moved]


def test_the_row_of_an_expired_record_is_buried(erase, send, commands, read_model):
    send("tx_1")
    commands.items.clear()

    receipt = erase()

    assert (receipt.records, receipt.rows_buried, receipt.is_complete) == (0, 1, True)
    assert not list_live(read_model)


def test_records_written_during_the_scan_are_deleted_by_the_next(erase, commands, make_item):
    for number in range(4):
        commands.put(make_item(transaction_id=f"tx_{number}", user_id="alice"))
    late = iter([make_item(transaction_id="a", user_id="alice")])

    def write_behind(_read):
        for item in late:
            commands.put(item)

    receipt = erase(write_behind)

    assert (receipt.records, receipt.is_complete) == (5, True)
    assert not commands.items


def test_a_record_written_after_the_scans_is_found_by_its_row(
    erase, send, commands, read_model, clock
):
    send("tx_1")
    clock.on_sleep = lambda: commands.items or send("tx_2", sequence=5)

    receipt = erase()

    assert (receipt.records, receipt.is_complete) == (2, True)
    assert not commands.items
    assert not list_live(read_model)


def test_a_row_of_a_record_in_seconds_shows_its_record(erase, send, commands, read_model, clock):
    send("tx_1")
    clock.on_sleep = lambda: commands.items or send("tx_2", sequence=5, created_at=1_704_067_200)

    receipt = erase()

    assert (receipt.records, receipt.is_complete) == (2, True)
    assert not commands.items
    assert not list_live(read_model)


def test_a_row_written_by_hand_is_buried(erase, read_model):
    key = RowKey("alice", "not-a-key")
    read_model.items[key] = {
        "user_id": {"S": "alice"},
        "notification_key": {"S": "not-a-key"},
        "version": {"S": "1"},
    }

    assert erase() == ErasureReceipt(rows=1, rows_buried=1, tombstones=1, is_complete=True)


def test_a_user_to_whom_records_are_written_all_the_time_is_not_complete(
    erase, commands, make_item
):
    names = map("tx_{:04d}".format, range(1000))

    def write(_read=0):
        commands.put(make_item(transaction_id=next(names), user_id="alice"))

    write()

    receipt = erase(write)

    assert receipt.records >= 5
    assert receipt.is_complete is False


def test_a_second_erasure_finds_nothing(erase, send):
    send("tx_1")
    erase()

    assert erase() == ErasureReceipt(tombstones=1, is_complete=True)


def test_an_interrupted_erasure_knows_what_it_deleted_and_another_continues(
    eraser, erase, send, commands
):
    send(*(f"tx_{number}" for number in range(6)))
    reads = iter([None])

    def stop(_read):
        if next(reads, "second") == "second":
            raise StoppedError

    receipt = ErasureReceipt()
    with pytest.raises(StoppedError):
        eraser.erase(receipt, stop)

    assert (receipt.records, receipt.is_complete, len(commands.items)) == (4, False, 2)
    assert erase().records == 2
    assert not commands.items


def test_a_count_deletes_nothing(eraser, send, commands, read_model):
    send("tx_1", "tx_2")
    before = dict(commands.items), dict(read_model.items)
    receipt, reads = ErasureReceipt(is_dry_run=True), []

    eraser.count(receipt, reads.append)

    assert receipt == ErasureReceipt(is_dry_run=True, records=2, rows=2)
    assert sum(reads) == 2
    assert (commands.items, read_model.items) == before
