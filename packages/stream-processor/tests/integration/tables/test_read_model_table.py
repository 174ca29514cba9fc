"""The fake read model and the real one behave alike for the operator tools."""

from dataclasses import replace

import pytest

from notification_models import NotificationRecord, Row, RowKey, Tombstone, encode_row
from notification_models.schema import NOTIFICATION_RECORDS
from stream_processor.exceptions import ReadModelWriteError, TableReadError
from stream_processor.tables.read_model_table import DynamoDBReadModelTable
from stream_processor.tables.stored_row import row_key_of
from stream_processor.tables.table_reader import Segment

VERSION, OTHER = (f"2026-11-23T09:00:00.000#{n:040d}" for n in (1, 2))


def make_row(user="a", transaction="tx_001", version=VERSION, status="SENT", title="新年快樂 🎉"):
    record = NotificationRecord(
        user_id=user,
        transaction_id=transaction,
        created_at=1_704_067_200_000,
        notification_title=title,
        status=status,
        platform="IOS",
    )
    return Row(record=record, version=version)


def make_tombstone(row):
    return Tombstone(key=row.key, version=VERSION, deleted_at=1, expires_at=4_000_000_000)


@pytest.fixture(params=["dynamodb", "fake"])
def model(request):
    if request.param == "fake":
        return request.getfixturevalue("read_model")
    request.getfixturevalue("read_table")
    connect, url = map(request.getfixturevalue, ("connect", "emulator_url"))
    return DynamoDBReadModelTable(connect(url), NOTIFICATION_RECORDS.name)


def test_an_absent_row_is_replaced_only_while_it_is_absent(model):
    assert model.replace(None, make_row()) is True
    assert model.replace(None, make_row(status="FAILED")) is False
    assert model.find(make_row().key) == encode_row(make_row())


def test_a_row_is_replaced_only_while_it_has_the_version_found(model):
    model.replace(None, make_row())
    found = model.find(make_row().key)

    assert model.replace(found, make_row(version=OTHER)) is True
    assert model.replace(found, make_row(status="FAILED")) is False
    assert model.find(make_row().key) == encode_row(make_row(version=OTHER))


def test_a_row_can_be_replaced_by_a_tombstone_of_its_version(model):
    model.replace(None, make_row())

    assert model.replace(model.find(make_row().key), make_tombstone(make_row())) is True
    assert model.find(make_row().key) == encode_row(make_tombstone(make_row()))


def test_rows_of_a_record_are_found_under_every_user_without_tombstones(model):
    for row in (make_row("a"), make_row("b"), make_row("c", "tx_002")):
        model.replace(None, row)
    model.replace(None, make_tombstone(make_row("d")))

    keys = model.find_keys("tx_001", "1704067200000#tx_001")

    assert keys == {RowKey("a", "1704067200000#tx_001"), RowKey("b", "1704067200000#tx_001")}


def test_many_rows_are_found_at_once_and_absent_ones_left_out(model):
    rows = [make_row("a", f"tx_{n:03d}") for n in range(250)]
    for row in rows[:160]:
        model.replace(None, row)

    found = model.find_many([row.key for row in rows])

    assert {key: stored.item for key, stored in found.items()} == {
        row.key: encode_row(row) for row in rows[:160]
    }


def test_segments_and_pages_together_are_the_whole_table(model):
    # DynamoDB's pages have 1 MB, the fake's 100 items.
    rows = [make_row(f"user_{n}", title="t" * 20_000) for n in range(250)]
    for row in rows:
        model.replace(None, row)

    keys, pages = [], 0
    for index in range(2):
        start_key = None
        while True:
            page = model.scan(Segment(index, 2), start_key)
            keys += [row_key_of(item) for item in page.items]
            pages += 1
            start_key = page.next_key
            if start_key is None:
                break

    assert pages > 2
    assert sorted(keys) == sorted(row.key for row in rows)


def test_a_scanned_row_has_what_finds_its_record_and_nothing_else(model):
    in_seconds = replace(make_row("a").record, source_created_at=1_704_067_200)
    model.replace(None, Row(in_seconds, VERSION))
    model.replace(None, make_row("b"))
    model.replace(None, make_tombstone(make_row("c")))

    page = model.scan(Segment(0, 1), None)

    scanned = {item["user_id"]["S"]: item.keys() - {"user_id"} for item in page.items}
    assert scanned == {
        "a": {"notification_key", "source_created_at"},
        "b": {"notification_key"},
        "c": {"notification_key", "deleted_at"},
    }


def test_absent_rows_are_written_and_the_others_left(model):
    rows = [make_row(f"user_{n:02d}") for n in range(30)]
    present = make_row("user_07", status="FAILED")
    model.replace(None, present)

    written = list(model.write_absent(rows))

    assert written == [row.key != present.key for row in rows]
    assert model.find(present.key) == encode_row(present)
    assert model.find_many([row.key for row in rows]).keys() == {row.key for row in rows}


def test_a_read_error_has_the_code_of_dynamodb(connect, emulator_url):
    model = DynamoDBReadModelTable(connect(emulator_url), "no-such-table")
    key = RowKey("a", "k")

    reads = [
        lambda: model.find(key),
        lambda: model.find_many([key]),
        lambda: model.find_keys("tx", "k"),
        lambda: model.scan(Segment(0, 1), None),
    ]

    for read in reads:
        with pytest.raises(TableReadError) as caught:
            read()
        assert caught.value.code == "ResourceNotFoundException"
        assert not caught.value.is_retry_safe


def test_a_write_error_has_the_code_of_dynamodb(connect, emulator_url):
    model = DynamoDBReadModelTable(connect(emulator_url), "no-such-table")

    for write in (
        lambda: model.replace(None, make_row()),
        lambda: list(model.write_absent([make_row()])),
    ):
        with pytest.raises(ReadModelWriteError) as caught:
            write()
        assert caught.value.code == "ResourceNotFoundException"
