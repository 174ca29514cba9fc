"""The fake command side and the real one behave alike."""

import pytest

from notification_models.schema import COMMAND_RECORDS, encode_create_table
from notification_models.served_attributes import SERVED_ATTRIBUTES
from stream_processor.tables.command_table import (
    CommandKey,
    DynamoDBCommandTable,
    command_key_of,
)
from stream_processor.tables.table_reader import Segment

from ...support.fakes import OF_ROW_KEY, InMemoryCommandTable, select

KEY = CommandKey("tx_001", "1704067200000")


class _Real(DynamoDBCommandTable):
    def __init__(self, client, boto3_client):
        super().__init__(client, COMMAND_RECORDS.name)
        self._boto3_client = boto3_client

    def put(self, item):
        self._boto3_client.put_item(TableName=COMMAND_RECORDS.name, Item=item)


@pytest.fixture(params=["dynamodb", "fake"])
def commands(request):
    if request.param == "fake":
        return InMemoryCommandTable()
    boto3_client = request.getfixturevalue("aws_client")("dynamodb")
    boto3_client.create_table(**encode_create_table(COMMAND_RECORDS))
    connect, url = map(request.getfixturevalue, ("connect", "emulator_url"))
    return _Real(connect(url), boto3_client)


def served(item):
    return select(item, SERVED_ATTRIBUTES)


def test_a_record_is_found_by_its_key(commands, make_item):
    commands.put(make_item())

    assert commands.find(KEY) == served(make_item())
    assert commands.find(CommandKey("tx_001", "1")) is None


def test_row_keys_of_many_records_are_found_and_absent_ones_left_out(commands, make_item):
    items = [make_item(transaction_id=f"tx_{number:03d}") for number in range(250)]
    for item in items[:160]:
        commands.put(item)

    found = commands.find_many([command_key_of(item) for item in items])

    assert found == {command_key_of(item): select(item, OF_ROW_KEY) for item in items[:160]}


def test_segments_and_pages_together_are_the_whole_table(commands, make_item):
    # DynamoDB's pages have 1 MB, the fake's 100 items.
    items = [
        make_item(transaction_id=f"tx_{number:03d}", payload="p" * 20_000) for number in range(250)
    ]
    for item in items:
        commands.put(item)

    scanned, pages = [], 0
    for index in range(2):
        start_key = None
        while True:
            page = commands.scan(Segment(index, 2), start_key)
            scanned += page.items
            pages += 1
            start_key = page.next_key
            if start_key is None:
                break

    assert pages > 2
    assert sorted(scanned, key=repr) == sorted(map(served, items), key=repr)


def test_device_token_and_payload_are_not_read(commands, make_item):
    commands.put(make_item(device_token="canary", payload="canary"))  # noqa: S106

    found = [commands.find(KEY), *commands.find_many([KEY]).values()]
    found += commands.scan(Segment(0, 1), None).items

    assert len(found) == 3
    assert "canary" not in str(found)


def test_a_scan_can_start_behind_any_item(commands, make_item):
    for number in range(50):
        commands.put(make_item(transaction_id=f"tx_{number:03d}"))
    items = list(commands.scan(Segment(1, 2), None).items)

    for position, item in enumerate(items, start=1):
        start_key = command_key_of(item).to_item()
        assert list(commands.scan(Segment(1, 2), start_key).items) == items[position:]
    assert items
