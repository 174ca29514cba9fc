"""The fake command side and the real one behave alike."""

import pytest

from notification_models.schema import COMMAND_RECORDS, encode_create_table
from stream_processor.tables.command_table import CommandKey, DynamoDBCommandTable
from stream_processor.tables.table_reader import Segment

from ...support.fakes import InMemoryCommandTable

KEY = CommandKey("tx_001", "1704067200000")


class _Real(DynamoDBCommandTable):
    def __init__(self, client):
        super().__init__(client, COMMAND_RECORDS.name)
        self._client = client

    def put(self, item):
        self._client.put_item(TableName=COMMAND_RECORDS.name, Item=item)


@pytest.fixture(params=["dynamodb", "fake"])
def commands(request):
    if request.param == "fake":
        return InMemoryCommandTable()
    client = request.getfixturevalue("aws_client")("dynamodb")
    client.create_table(**encode_create_table(COMMAND_RECORDS))
    return _Real(client)


def test_a_record_is_found_by_its_key(commands, make_item):
    commands.put(make_item())

    assert commands.find(KEY) == make_item()
    assert commands.find(CommandKey("tx_001", "1")) is None


def test_many_records_are_found_at_once_and_absent_ones_left_out(commands, make_item):
    items = [make_item(transaction_id=f"tx_{number:03d}") for number in range(100)]
    for item in items[:60]:
        commands.put(item)

    found = commands.find_many([CommandKey.from_item(item) for item in items])

    assert found == {CommandKey.from_item(item): item for item in items[:60]}


def test_segments_and_pages_together_are_the_whole_table(commands, make_item):
    items = [make_item(transaction_id=f"tx_{number:03d}") for number in range(50)]
    for item in items:
        commands.put(item)

    scanned = []
    for index in range(3):
        start_key = None
        while True:
            page = commands.scan(Segment(index, 3), start_key, 7)
            scanned += page.items
            start_key = page.next_key
            if start_key is None:
                break

    assert sorted(scanned, key=repr) == sorted(items, key=repr)
