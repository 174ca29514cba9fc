"""Records and rows to DynamoDB items, and back."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Final, NamedTuple

from notification_models.attribute_value import (
    AttributeValue,
    Item,
    decode_integer,
    decode_string,
    encode_integer,
    encode_string,
    find_integer,
    find_string,
)
from notification_models.records import (
    CommandRecord,
    NotificationRecord,
    Row,
    RowKey,
    Tombstone,
    check_row_key,
)
from notification_models.schema import NOTIFICATION_RECORDS
from notification_models.served_attributes import SERVED_ATTRIBUTES
from notification_models.values import encode_notification_key


class _ScalarCodec(NamedTuple):
    encode: Callable[[Any], AttributeValue]
    decode: Callable[[Item, str], Any]


_SCALAR_CODECS: Final[Mapping[Any, _ScalarCodec]] = {
    str: _ScalarCodec(encode_string, decode_string),
    str | None: _ScalarCodec(encode_string, find_string),
    int: _ScalarCodec(encode_integer, decode_integer),
    int | None: _ScalarCodec(encode_integer, find_integer),
}
_COMMAND_CODECS: Final = {each.name: _SCALAR_CODECS[each.type] for each in fields(CommandRecord)}
_SERVED_CODECS: Final = {name: _SCALAR_CODECS[type_] for name, type_ in SERVED_ATTRIBUTES.items()}
# Partition keys of indexes that are not served: properties of `NotificationRecord`.
_INDEX_ATTRIBUTES: Final = [
    index.partition_key.name
    for index in NOTIFICATION_RECORDS.indexes
    if index.partition_key.name not in SERVED_ATTRIBUTES
]


def encode_command_record(record: CommandRecord) -> dict[str, AttributeValue]:
    """Encode the item a sender writes; attributes that are None are left out."""
    return _encode(record, _COMMAND_CODECS)


def decode_command_record(item: Item) -> CommandRecord:
    """Decode a command record from an item or a stream image; unknown attributes are ignored.

    Raises:
        InvalidRecordError: the record is poison: a required attribute is missing, empty or of the
            wrong type, or an identifier is too long for its key in the read model.
    """
    return CommandRecord(**_decode(item, _COMMAND_CODECS))


def decode_row_key(item: Item) -> RowKey:
    """Decode the row key alone from a command record's item.

    Enough to delete the row of a record that has become poison in another attribute.

    Raises:
        InvalidRecordError: one of the three attributes of the key is unusable.
    """
    user_id = decode_string(item, "user_id")
    created_at = decode_integer(item, "created_at")
    transaction_id = decode_string(item, "transaction_id")
    check_row_key(user_id=user_id, created_at=created_at, transaction_id=transaction_id)
    return RowKey(user_id, encode_notification_key(created_at, transaction_id))


def encode_row(row: Row | Tombstone) -> dict[str, AttributeValue]:
    """Encode a row or a tombstone as an item of the read model."""
    item = {**encode_row_key(row.key), "version": encode_string(row.version)}
    if isinstance(row, Tombstone):
        item["deleted_at"] = encode_integer(row.deleted_at)
        item["expires_at"] = encode_integer(row.expires_at)
        return item
    item.update(_encode(row.record, _SERVED_CODECS))
    for name in _INDEX_ATTRIBUTES:
        if (value := getattr(row.record, name)) is not None:
            item[name] = encode_string(value)
    return item


def encode_row_key(key: RowKey) -> dict[str, AttributeValue]:
    """Encode the primary key of a row, as GetItem and DeleteItem take it."""
    return {
        "user_id": encode_string(key.user_id),
        "notification_key": encode_string(key.notification_key),
    }


def decode_row(item: Item) -> Row | Tombstone:
    """Decode an item of the read model.

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
    """Decode the served attributes of a row, whatever its version.

    Raises:
        InvalidRecordError: the item is a tombstone or was not written by `encode_row`.
    """
    return NotificationRecord(**_decode(item, _SERVED_CODECS))


def _encode(
    record: CommandRecord | NotificationRecord, codecs: Mapping[str, _ScalarCodec]
) -> dict[str, AttributeValue]:
    return {
        name: encode(value)
        for name, (encode, _) in codecs.items()
        if (value := getattr(record, name)) is not None
    }


def _decode(item: Item, codecs: Mapping[str, _ScalarCodec]) -> dict[str, Any]:
    return {name: decode(item, name) for name, (_, decode) in codecs.items()}
