import pytest

from notification_models import InvalidRecordError, RowKey, Tombstone
from stream_processor.exceptions import InvalidReadError, ReadModelWriteError
from stream_processor.operations.redrive import (
    FailureEntry,
    RedrivenEntry,
    create_entry,
    redrive,
)
from stream_processor.operations.repair import NO_CHANGE, UNVERSIONED, FailedChange, Repairer
from stream_processor.stream.change_identity import identify_change
from stream_processor.tables.command_table import CommandKey

ROW_KEY = RowKey("test_user_001", "1704067200000#tx_001")
POISON = InvalidRecordError("user_id", "is missing")


class Store:
    """Entries in a dict; records which were released, and whether the listing was closed."""

    def __init__(self, *entries):
        self.entries = {entry.handle: entry for entry in entries}
        self.released = []
        self.is_closed = False

    def list_entries(self):
        try:
            yield from list(self.entries.values())
        finally:
            self.is_closed = True

    def delete(self, entry):
        del self.entries[entry.handle]

    def release(self, entry):
        self.released.append(entry.handle)


def make_entry(*transactions, name="entry"):
    changes = {CommandKey(each, "1704067200000"): NO_CHANGE for each in transactions}
    return FailureEntry(name, name, changes)


def test_an_entry_is_deleted_when_all_its_records_are_repaired(
    commands, read_model, repairer, make_item
):
    commands.put(make_item(transaction_id="tx_001"))
    commands.put(make_item(transaction_id="tx_002"))
    store = Store(make_entry("tx_001", "tx_002"))

    (redriven,) = redrive(store, repairer)

    assert redriven == RedrivenEntry(name="entry", records=2, repaired=2, remaining=())
    assert len(read_model.rows) == 2
    assert store.entries == {}


def test_an_entry_remains_while_one_of_its_records_is_poison(
    commands, read_model, repairer, make_item
):
    commands.put(make_item(transaction_id="tx_001"))
    commands.put(make_item(transaction_id="tx_002", user_id=None))
    store = Store(make_entry("tx_001", "tx_002"))

    (redriven,) = redrive(store, repairer)

    assert redriven.repaired == 1
    assert redriven.remaining == (f"the command record is still poison: {POISON}",)
    assert len(read_model.rows) == 1
    assert store.released == ["entry"]
    assert list(store.entries) == ["entry"]


def test_an_entry_whose_records_are_gone_is_deleted(repairer, read_model):
    store = Store(make_entry("tx_001"))

    (redriven,) = redrive(store, repairer)

    assert redriven == RedrivenEntry(name="entry", records=1, repaired=0, remaining=())
    assert read_model.rows == {}
    assert store.entries == {}


def test_a_record_that_cannot_be_repaired_keeps_its_entry_and_others_are_redriven(
    commands, read_model, repairer, make_item
):
    commands.put(make_item(transaction_id="tx_001", user_id="a"))
    commands.put(make_item(transaction_id="tx_002", user_id="b"))
    read_model.invalid_users = {"a"}
    store = Store(make_entry("tx_001", name="first"), make_entry("tx_002", name="second"))

    first, second = redrive(store, repairer)

    assert first.remaining == ("the read model cannot hold a row: ValidationException",)
    assert second.repaired == 1
    assert list(store.entries) == ["first"]


@pytest.mark.parametrize("failure", ["AccessDeniedException", "ThrottlingException"])
def test_an_outage_ends_the_redrive_and_keeps_its_entries(
    commands, read_model, repairer, make_item, failure
):
    commands.put(make_item(transaction_id="tx_001", user_id="a"))
    if failure == "AccessDeniedException":
        read_model.failing_users = {"a"}
    else:
        read_model.failing_writes = 1
    store = Store(make_entry("tx_001", name="first"), make_entry("tx_002", name="second"))

    with pytest.raises(ReadModelWriteError) as caught:
        list(redrive(store, repairer))

    assert caught.value.code == failure
    assert list(store.entries) == ["first", "second"]
    assert store.released == ["first"]


def test_a_key_that_no_table_can_hold_keeps_its_entry_and_others_are_redriven(
    commands, repairer, make_item
):
    commands.put(make_item(transaction_id="tx_002"))
    reads = iter([InvalidReadError("ValidationException")])

    def refuse_the_first(_name):
        for error in reads:
            raise error

    commands.before_io = refuse_the_first
    store = Store(make_entry("tx_001", name="first"), make_entry("tx_002", name="second"))

    first, second = redrive(store, repairer)

    assert first.remaining == ("a table cannot hold a key: ValidationException",)
    assert second.repaired == 1


def test_a_poison_record_keeps_its_entry_and_its_row_is_buried(
    commands, read_model, repairer, deliver, make_item, make_record
):
    deliver(make_record(1, new=make_item()))
    commands.put(make_item(user_id=None))
    store = Store(make_entry("tx_001"))

    (redriven,) = redrive(store, repairer)

    assert redriven.remaining == (f"the command record is still poison: {POISON}",)
    assert isinstance(read_model.rows[ROW_KEY], Tombstone)


def test_an_entry_that_cannot_be_read_remains(repairer):
    store = Store(FailureEntry("entry", "entry", defect="it is something else"))

    (redriven,) = redrive(store, repairer)

    assert redriven.remaining == ("it is something else",)
    assert list(store.entries) == ["entry"]


def test_a_dry_run_returns_the_same_and_changes_nothing(commands, read_model, repairer, make_item):
    commands.put(make_item(transaction_id="tx_001"))
    store = Store(make_entry("tx_001"), make_entry("tx_gone", name="gone"))

    redriven = list(redrive(store, repairer, is_dry_run=True))

    assert [each.repaired for each in redriven] == [1, 0]
    assert read_model.rows == {}
    assert list(store.entries) == store.released == ["entry", "gone"]


def test_a_second_run_changes_nothing(commands, read_model, repairer, make_item):
    commands.put(make_item())
    store = Store(make_entry("tx_001"))
    list(redrive(store, repairer))
    rows = dict(read_model.rows)
    store.entries = {"entry": make_entry("tx_001")}

    (redriven,) = redrive(store, repairer)

    assert redriven.repaired == 0
    assert read_model.rows == rows


def test_closing_a_redrive_closes_the_listing(repairer):
    store = Store(make_entry("tx_001", name="first"), make_entry("tx_002", name="second"))
    redriven = redrive(store, repairer)
    next(redriven)

    redriven.close()

    assert store.is_closed
    assert list(store.entries) == ["second"]


def test_where_expired_rows_are_kept_an_entry_with_a_missing_record_remains(
    commands, read_model, deliver, make_item, make_record
):
    deliver(make_record(1, new=make_item()))
    repairer = Repairer(commands, read_model, keeps_expired=True)
    store = Store(make_entry("tx_001"))

    (redriven,) = redrive(store, repairer)

    assert redriven.remaining == (
        "the command record is gone: whether it expired or was deleted is unknown",
    )
    assert ROW_KEY in read_model.rows
    assert list(store.entries) == ["entry"]


def test_several_changes_of_a_record_become_one_of_the_highest_version(make_record, make_item):
    records = [
        make_record(1, new=make_item(user_id="a")),
        make_record(2, old=make_item(user_id="a"), new=make_item(user_id="b")),
        make_record(3, old=make_item(transaction_id="tx_002", user_id=None)),
    ]

    entry = create_entry("name", "handle", [identify_change(each) for each in records])

    assert entry.changes == {
        CommandKey("tx_001", "1704067200000"): FailedChange(
            "2026-11-23T09:00:00.000#" + "2".zfill(40), frozenset({"a", "b"})
        ),
        CommandKey("tx_002", "1704067200000"): FailedChange(
            "2026-11-23T09:00:00.000#" + "3".zfill(40), frozenset()
        ),
    }


def test_a_failed_change_without_a_version_has_the_lowest(make_record, make_item):
    record = make_record(1, new=make_item())
    del record["dynamodb"]["SequenceNumber"]

    (change,) = create_entry("name", "handle", [identify_change(record)]).changes.values()

    assert change.version == UNVERSIONED


def test_changes_without_a_key_are_a_defect_and_the_others_are_repaired(
    commands, repairer, make_record, make_item
):
    commands.put(make_item())
    changes = [identify_change(each) for each in (None, make_record(1, new=make_item()))]
    store = Store(create_entry("entry", "entry", changes))

    (redriven,) = redrive(store, repairer)

    assert redriven.repaired == 1
    assert redriven.remaining == ("1 of 2 stream records have no key",)
    assert store.released == ["entry"]


def test_the_text_form_of_a_failed_change_shows_no_user(make_record, make_item):
    change = identify_change(make_record(1, new=make_item(user_id="canary")))

    assert "canary" not in repr(create_entry("name", "handle", [change]).changes)
