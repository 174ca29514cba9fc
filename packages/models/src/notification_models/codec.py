"""Records and rows to DynamoDB items, and back."""

from typing import Final

from notification_models.attribute_value import (
    AttributeValue,
    Item,
    decode_integer,
    decode_string,
    encode_integer,
    encode_string,
    find_string,
)
from notification_models.command_record import CommandRecord, check_row_key
from notification_models.read_record import NotificationRecord, Row, RowKey, Tombstone
from notification_models.values import encode_marketing_shard, encode_notification_key

_SERVED_TEXTS: Final = (
    "transaction_id",
    "user_id",
    "notification_title",
    "status",
    "platform",
    "marketing_id",
    "ap_id",
    "error_msg",
)
_COMMAND_TEXTS: Final = (*_SERVED_TEXTS, "device_token", "payload")


def encode_command_record(record: CommandRecord) -> dict[str, AttributeValue]:
    """Make the item a sender writes; attributes that are None are left out."""
    return {
        "created_at": encode_integer(record.created_at),
        **_encode_texts(record, _COMMAND_TEXTS),
    }


def decode_command_record(item: Item) -> CommandRecord:
    """Read a command record from an item or a stream image; unknown attributes are ignored.

    Raises:
        InvalidRecordError: the record is poison: a required attribute is missing, empty or of the
            wrong type, or an identifier does not fit the key that must hold it.
    """
    return CommandRecord(
        transaction_id=decode_string(item, "transaction_id"),
        created_at=decode_integer(item, "created_at"),
        user_id=decode_string(item, "user_id"),
        notification_title=decode_string(item, "notification_title"),
        status=decode_string(item, "status"),
        platform=decode_string(item, "platform"),
        marketing_id=find_string(item, "marketing_id"),
        ap_id=find_string(item, "ap_id"),
        error_msg=find_string(item, "error_msg"),
        device_token=find_string(item, "device_token"),
        payload=find_string(item, "payload"),
    )


def decode_row_key(item: Item) -> RowKey:
    """Read from a command record's item only what tells where its row is.

    Enough to delete the row of a record that has since become poison in another attribute.

    Raises:
        InvalidRecordError: one of the three attributes that make the key is not usable.
    """
    user_id = decode_string(item, "user_id")
    created_at = decode_integer(item, "created_at")
    transaction_id = decode_string(item, "transaction_id")
    check_row_key(user_id=user_id, created_at=created_at, transaction_id=transaction_id)
    return RowKey(user_id, encode_notification_key(created_at, transaction_id))


def encode_row(row: Row | Tombstone) -> dict[str, AttributeValue]:
    """Make the read model's item for a row or a tombstone."""
    item = {
        **encode_row_key(row.key),
        "version": encode_string(row.version),
    }
    if isinstance(row, Tombstone):
        item["deleted_at"] = encode_integer(row.deleted_at)
        item["expires_at"] = encode_integer(row.expires_at)
        return item
    record = row.record
    item["created_at"] = encode_integer(record.created_at)
    item.update(_encode_texts(record, _SERVED_TEXTS))
    if record.marketing_id is not None:
        item["marketing_shard"] = encode_string(
            encode_marketing_shard(record.marketing_id, record.transaction_id)
        )
    return item


def encode_row_key(key: RowKey) -> dict[str, AttributeValue]:
    """Make the primary key of a row, as GetItem and DeleteItem take it."""
    return {
        "user_id": encode_string(key.user_id),
        "notification_key": encode_string(key.notification_key),
    }


def decode_row(item: Item) -> Row | Tombstone:
    """Read an item of the read model.

    Raises:
        InvalidRecordError: the item was not written by `encode_row`.
    """
    version = decode_string(item, "version")
    if "deleted_at" in item:
        return Tombstone(
            key=RowKey(decode_string(item, "user_id"), decode_string(item, "notification_key")),
            version=version,
            deleted_at=decode_integer(item, "deleted_at"),
            expires_at=decode_integer(item, "expires_at"),
        )
    return Row(record=decode_notification_record(item), version=version)


def decode_notification_record(item: Item) -> NotificationRecord:
    """Read the served part of a row, whatever its version.

    Raises:
        InvalidRecordError: the item is a tombstone or was not written by `encode_row`.
    """
    return NotificationRecord(
        user_id=decode_string(item, "user_id"),
        transaction_id=decode_string(item, "transaction_id"),
        created_at=decode_integer(item, "created_at"),
        notification_title=decode_string(item, "notification_title"),
        status=decode_string(item, "status"),
        platform=decode_string(item, "platform"),
        marketing_id=find_string(item, "marketing_id"),
        ap_id=find_string(item, "ap_id"),
        error_msg=find_string(item, "error_msg"),
    )


def _encode_texts(
    record: CommandRecord | NotificationRecord, names: tuple[str, ...]
) -> dict[str, AttributeValue]:
    texts = ((name, getattr(record, name)) for name in names)
    return {name: encode_string(value) for name, value in texts if value is not None}
