"""Finds the command record of a row, and the rows of a command record, by their keys."""

from notification_models import (
    InvalidRecordError,
    Item,
    decode_notification_key,
    encode_notification_key,
    to_milliseconds,
)
from notification_models.attribute_value import find_integer, find_time
from notification_models.values import MAX_TRANSACTION_ID_BYTES
from stream_processor.tables.command_table import CommandKey


def find_command_key(row: Item) -> CommandKey | None:
    """Return the key of a row's command record; None if no record can have such a row.

    Args:
        row: an item of the read model with its key, and `source_created_at` if it has that.
    """
    try:
        created_at, transaction_id = decode_notification_key(row["notification_key"]["S"])
    except InvalidRecordError:
        return None
    source = find_integer(row, "source_created_at")
    if source is None:
        source = created_at
    if to_milliseconds(source) != created_at:
        return None
    return CommandKey(transaction_id, str(source))


def find_notification_key(key: CommandKey) -> str | None:
    """Return the sort key of a command record's rows; None if no row can have it."""
    created_at = find_time(key.to_item(), "created_at")
    if created_at is None or len(key.transaction_id.encode()) > MAX_TRANSACTION_ID_BYTES:
        return None
    return encode_notification_key(created_at, key.transaction_id)


def is_of_other_record(row: Item, key: CommandKey) -> bool:
    """Return whether a row under the sort key of a record's rows is that of another record.

    Two records of one transaction, with the same instant in seconds and in milliseconds, have rows
    of the same sort key.
    """
    other = find_command_key(row)
    return other is not None and int(other.created_at) != find_integer(key.to_item(), "created_at")
