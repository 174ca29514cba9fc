import pytest

from notification_models.schema import (
    COMMAND_RECORDS,
    NOTIFICATION_RECORDS,
    encode_create_table,
)
from stream_processor.exceptions import OtherTableError, TableUnusableError
from stream_processor.tables.table_reader import TableReader


@pytest.fixture
def reader(read_table, connect, emulator_url):  # noqa: ARG001 - it creates the table
    return TableReader(connect(emulator_url), NOTIFICATION_RECORDS.name)


def test_a_recreated_table_has_another_identity(read_table, reader):
    first = reader.describe(NOTIFICATION_RECORDS)
    again = reader.describe(NOTIFICATION_RECORDS)
    read_table.delete_table(TableName=NOTIFICATION_RECORDS.name)
    read_table.create_table(**encode_create_table(NOTIFICATION_RECORDS))

    assert again.identity == first.identity
    assert reader.describe(NOTIFICATION_RECORDS).identity != first.identity


def test_a_description_has_the_item_count(read_table, reader):
    for number in range(3):
        read_table.put_item(
            TableName=NOTIFICATION_RECORDS.name,
            Item={"user_id": {"S": str(number)}, "notification_key": {"S": "k"}},
        )

    assert reader.describe(NOTIFICATION_RECORDS).item_count == 3


def test_a_missing_table_is_named(connect, emulator_url):
    with pytest.raises(TableUnusableError) as caught:
        TableReader(connect(emulator_url), "no-such-table").describe(NOTIFICATION_RECORDS)

    assert caught.value.table_name == "no-such-table"
    assert caught.value.code == "ResourceNotFoundException"
    assert caught.value.endpoint_url == emulator_url
    assert str(caught.value) == (
        f"table no-such-table at {emulator_url} cannot be used: ResourceNotFoundException; "
        "AWS_ENDPOINT_URL selects another endpoint"
    )


def test_a_table_with_another_key_is_refused(reader):
    with pytest.raises(OtherTableError) as caught:
        reader.describe(COMMAND_RECORDS)

    assert caught.value.key == ("user_id", "notification_key")
    assert caught.value.expected == ("transaction_id", "created_at")
