"""Finds the command record of a row, and the rows of a command record, by their keys."""

from notification_models import (
    InvalidRecordError,
    Item,
    decode_notification_key,
    encode_notification_key,
)
from notification_models.attribute_value import decode_integer
from notification_models.values import MAX_TRANSACTION_ID_BYTES
from stream_processor.tables.command_table import CommandKey


def find_command_key(row: Item) -> CommandKey | None:
    """Return the key of a row's command record; None if no record can have such a row.

    Args:
        row: an item of the read model with its key at least.
    """
    try:
        created_at, transaction_id = decode_notification_key(row["notification_key"]["S"])
    except InvalidRecordError:
        return None
    return CommandKey(transaction_id, str(created_at))


def find_notification_key(key: CommandKey) -> str | None:
    """Return the sort key of a command record's rows; None if no row can have it."""
    try:
        created_at = decode_integer(key.to_item(), "created_at")
    except InvalidRecordError:
        return None
    if len(key.transaction_id.encode()) > MAX_TRANSACTION_ID_BYTES:
        return None
    return encode_notification_key(created_at, key.transaction_id)
