import pytest

from notification_models import Row, RowKey, encode_row, encode_row_key, project_item
from stream_processor.tables.command_table import CommandKey, command_key_of
from stream_processor.tables.key_mapping import (
    find_command_key,
    find_notification_key,
    is_of_other_record,
)

IN_MILLISECONDS = CommandKey("tx#001", "1704067200000")
IN_SECONDS = CommandKey("tx#001", "1704067200")
NOTIFICATION_KEY = "1704067200000#tx#001"


@pytest.mark.parametrize("key", [IN_MILLISECONDS, IN_SECONDS, CommandKey("tx", "0")])
def test_a_row_and_its_record_find_each_other(make_item, key):
    item = make_item() | key.to_item()

    row = encode_row(Row(project_item(item), "0"))

    assert find_command_key(row) == command_key_of(item)
    assert find_notification_key(key) == row["notification_key"]["S"]


@pytest.mark.parametrize(
    ("notification_key", "source"),
    [
        ("text", None),
        ("1704067200#tx", None),
        ("0001704067200#tx", None),
        ("1704067200000#", None),
        ("1704067200000#tx", "1704067201"),
        ("1704067200000#tx", "1704067200001"),
    ],
)
def test_a_row_that_no_record_calls_for_has_no_record(notification_key, source):
    row = encode_row_key(RowKey("u", notification_key))
    row |= {"source_created_at": {"N": source}} if source else {}

    assert find_command_key(row) is None


@pytest.mark.parametrize(
    "key",
    [
        CommandKey("tx", "-1"),
        CommandKey("tx", "1.5"),
        CommandKey("tx", "text"),
        CommandKey("tx", "10000000000000"),
        CommandKey("tx", "99999999999"),
        CommandKey("x" * 1011, "1704067200000"),
    ],
)
def test_a_record_that_no_row_can_have_has_no_notification_key(key):
    assert find_notification_key(key) is None


@pytest.mark.parametrize(
    ("source", "key", "expected"),
    [
        (None, IN_MILLISECONDS, False),
        (None, CommandKey("tx#001", "1.704067200E12"), False),
        (None, IN_SECONDS, True),
        ("1704067200", IN_SECONDS, False),
        ("1704067200", IN_MILLISECONDS, True),
        ("5", IN_MILLISECONDS, False),
    ],
)
def test_records_of_one_instant_are_told_apart(source, key, expected):
    row = encode_row_key(RowKey("u", NOTIFICATION_KEY))
    row |= {"source_created_at": {"N": source}} if source else {}

    assert is_of_other_record(row, key) is expected
