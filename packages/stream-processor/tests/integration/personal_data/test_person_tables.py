"""The fake tables of a person and the real ones behave alike."""

import pytest

from notification_models import NotificationRecord, Row, Tombstone
from notification_models.schema import COMMAND_RECORDS, NOTIFICATION_RECORDS
from stream_processor.exceptions import (
    CommandRecordDeleteError,
    StoppedError,
    TableReadError,
)
from stream_processor.personal_data.person_tables import DynamoDBPersonTables
from stream_processor.tables.command_table import command_key_of
from stream_processor.tables.read_model_table import DynamoDBReadModelTable
from stream_processor.tables.stored_row import row_key_of

from ...support.person import InMemoryPersonTables

VERSION = f"2026-11-23T09:00:00.000#{1:040d}"
IDS = ["alice", "-x", "a b", "新年 🎉", "42", "a" * 3000]


class _RealCommands:
    """The command table with the methods of the fake that these tests use."""

    def __init__(self, client):
        self._client = client

    def put(self, item):
        self._client.put_item(TableName=COMMAND_RECORDS.name, Item=item)

    def list_keys(self):
        items = self._client.scan(TableName=COMMAND_RECORDS.name)["Items"]
        return sorted(map(command_key_of, items))


class Tables:
    """Both tables, and `open_person` for one person in them."""

    def __init__(self, commands, list_keys, read_model, open_person):
        self.put = commands.put
        self.list_keys = list_keys
        self.read_model = read_model
        self.open_person = open_person


@pytest.fixture
def open_real(connect):
    """Open a person's tables at a URL."""

    def open_at(url, user_id, **changes):
        options = {"segments": 3, "wait_for_page": lambda: None} | changes
        return DynamoDBPersonTables(
            client=connect(url),
            command_table_name=COMMAND_RECORDS.name,
            read_table_name=NOTIFICATION_RECORDS.name,
            user_id=user_id,
            **options,
        )

    return open_at


@pytest.fixture(params=["dynamodb", "fake"])
def both(request, commands, read_model):
    if request.param == "fake":
        return Tables(
            commands,
            lambda: sorted(commands.items),
            read_model,
            lambda user_id: InMemoryPersonTables(commands, read_model, user_id),
        )
    client, connect, url, open_real = map(
        request.getfixturevalue, ("tables", "connect", "emulator_url", "open_real")
    )
    real = _RealCommands(client)
    model = DynamoDBReadModelTable(connect(url), NOTIFICATION_RECORDS.name)
    return Tables(real, real.list_keys, model, lambda user_id: open_real(url, user_id))


def list_found(person):
    return sorted((item for page in person.scan_records() for item in page.items), key=repr)


def make_row(user_id, transaction_id):
    record = NotificationRecord(
        user_id=user_id,
        transaction_id=transaction_id,
        created_at=1_704_067_200_000,
        notification_title="新年快樂",
        status="SENT",
        platform="IOS",
    )
    return Row(record=record, version=VERSION)


@pytest.mark.parametrize("user_id", IDS)
def test_a_scan_finds_the_records_of_one_user_whole(both, make_item, user_id):
    theirs = [
        make_item(transaction_id=f"tx_{number}", payload="p") | {"user_id": {"S": user_id}}
        for number in "12"
    ]
    for item in [*theirs, make_item(transaction_id="tx_3", user_id="bob")]:
        both.put(item)

    assert list_found(both.open_person(user_id)) == theirs


def test_a_scan_counts_every_record_it_reads(both, make_item):
    for number in range(5):
        both.put(make_item(transaction_id=f"tx_{number}", user_id="bob"))

    assert sum(page.read for page in both.open_person("alice").scan_records()) == 5


def test_a_scan_reads_all_pages_of_all_segments(both, make_item):
    # DynamoDB's pages have 1 MB, the fake's two items.
    for number in range(200):
        item = make_item(transaction_id=f"tx_{number}", user_id="alice", payload="p" * 30_000)
        both.put(item)

    pages = list(both.open_person("alice").scan_records())

    assert len(pages) > 3
    assert sum(len(page.items) for page in pages) == 200


def test_an_id_of_digits_also_means_the_number(both, make_item):
    both.put(make_item(transaction_id="tx_1", user_id="42"))
    both.put(make_item(transaction_id="tx_2") | {"user_id": {"N": "42"}})

    assert len(list_found(both.open_person("42"))) == 2
    assert list_found(both.open_person("042")) == []


def test_records_are_deleted(both, make_item):
    both.put(make_item(transaction_id="tx_1", user_id="42"))
    both.put(make_item(transaction_id="tx_2") | {"user_id": {"N": "42"}})
    both.put(make_item(transaction_id="tx_3", user_id="bob"))
    person = both.open_person("42")

    assert list(person.delete_records(list_found(person))) == [True, True]
    assert [key.transaction_id for key in both.list_keys()] == ["tx_3"]


def test_a_delete_that_is_repeated_is_a_success(both, make_item):
    item = make_item(user_id="alice")
    both.put(item)
    person = both.open_person("alice")

    assert list(person.delete_records([item])) == [True]
    assert list(person.delete_records([item])) == [True]


@pytest.mark.parametrize("owner", ["bob", None])
def test_a_record_that_is_no_longer_the_users_is_not_deleted(both, make_item, owner):
    both.put(make_item(user_id=owner))

    person = both.open_person("alice")

    assert list(person.delete_records([make_item(user_id="alice")])) == [False]
    assert len(both.list_keys()) == 1


def test_rows_and_tombstones_of_one_user_are_read(both):
    gone = Tombstone(
        key=make_row("alice", "tx_2").key, version=VERSION, deleted_at=1, expires_at=4_000_000_000
    )
    rows = [make_row("alice", "tx_1"), gone, make_row("bob", "tx_3")]
    for row in rows:
        both.read_model.replace(None, row)

    pages = list(both.open_person("alice").read_rows())

    found = [item for page in pages for item in page]
    assert [row_key_of(item) for item in found] == [rows[0].key, rows[1].key]
    assert ["deleted_at" in item for item in found] == [False, True]


@pytest.mark.parametrize("user_id", IDS)
def test_a_user_without_rows_has_none(both, user_id):
    assert [item for page in both.open_person(user_id).read_rows() for item in page] == []


def test_all_pages_of_a_query_are_read(tables, open_real, emulator_url):
    for number in range(40):
        item = {
            "user_id": {"S": "alice"},
            "notification_key": {"S": f"{number:013d}#tx"},
            "notification_title": {"S": "t" * 50_000},
        }
        tables.put_item(TableName=NOTIFICATION_RECORDS.name, Item=item)

    pages = list(open_real(emulator_url, "alice").read_rows())

    assert len(pages) > 1
    assert sum(map(len, pages)) == 40


def test_every_page_waits_for_its_turn(tables, open_real, emulator_url, make_item):
    tables.put_item(TableName=COMMAND_RECORDS.name, Item=make_item(user_id="alice"))
    turns = []

    person = open_real(emulator_url, "alice", segments=4, wait_for_page=lambda: turns.append(None))

    assert len(list(person.scan_records())) == len(turns) == 4


@pytest.mark.usefixtures("tables")
def test_a_stop_ends_a_scan(open_real, emulator_url):
    def stop():
        raise StoppedError

    person = open_real(emulator_url, "alice", wait_for_page=stop)

    with pytest.raises(StoppedError):
        list(person.scan_records())


def test_errors_have_dynamodbs_code_and_no_id(open_real, aws_client, emulator_url, make_item):
    aws_client("dynamodb")  # an account without tables
    person = open_real(emulator_url, "canary")

    for error, call in [
        (TableReadError, lambda: list(person.scan_records())),
        (TableReadError, lambda: list(person.read_rows())),
        (CommandRecordDeleteError, lambda: list(person.delete_records([make_item()]))),
    ]:
        with pytest.raises(error) as caught:
            call()
        assert caught.value.code == "ResourceNotFoundException"
        assert "canary" not in str(caught.value) + repr(person)
