"""Records and rows to DynamoDB items, and back."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Final

from notification_models.attribute_value import (
    AttributeValue,
    Item,
    decode_integer,
    decode_string,
    encode_integer,
    encode_string,
    find_integer,
    find_string,
    find_time,
)
from notification_models.generated_code import create_encoder, create_record_function
from notification_models.records import (
    CommandRecord,
    NotificationRecord,
    Row,
    RowKey,
    Tombstone,
    check_row_key,
)
from notification_models.schema import NOTIFICATION_RECORDS
from notification_models.served_attributes import (
    KNOWN_VALUES,
    SERVED_ATTRIBUTES,
    ServedAttributes,
)
from notification_models.served_text import find_text, recognize
from notification_models.values import encode_notification_key, to_milliseconds

_DECODERS: Final[Mapping[Any, Callable[[Item, str], Any]]] = {
    str: decode_string,
    str | None: find_string,
    int: decode_integer,
    int | None: find_integer,
}
_COMMAND_ATTRIBUTES: Final = {each.name: each.type for each in fields(CommandRecord)}
_ROW_ATTRIBUTES: Final = {each.name: each.type for each in fields(NotificationRecord)}
# Partition keys of indexes that are not served: properties of `NotificationRecord`.
_INDEX_ATTRIBUTES: Final = {
    index.partition_key.name: str | None
    for index in NOTIFICATION_RECORDS.indexes
    if index.partition_key.name not in SERVED_ATTRIBUTES
}


def encode_command_record(record: CommandRecord) -> dict[str, AttributeValue]:
    """Encode the item a sender writes; attributes that are None are left out."""
    return _encode_command(record)


def project_item(item: Item) -> NotificationRecord:
    """Project a command record, given as an item or a stream image, to what the read model has.

    Only the served attributes are decoded. Where an optional one is unusable, it is absent.

    Raises:
        InvalidRecordError: the record is poison: one of the three attributes of its row's key is
            missing, empty, of the wrong type, out of range or too long.
    """
    return _project(item)


def decode_row_key(item: Item) -> RowKey:
    """Decode the key of a command record's row alone.

    Raises:
        InvalidRecordError: one of the three attributes of the key is unusable.
    """
    user_id, transaction_id, created_at, _ = _decode_key_parts(item)
    return RowKey(user_id, encode_notification_key(created_at, transaction_id))


def find_status(item: Item) -> str | None:
    """Find the status of a command record alone, as its row has it."""
    if "status" not in item:
        return None
    return recognize(find_text(item["status"]), KNOWN_VALUES["status"])


def encode_row(row: Row | Tombstone) -> dict[str, AttributeValue]:
    """Encode a row or a tombstone as an item of the read model."""
    if isinstance(row, Tombstone):
        return {
            **encode_row_key(row.key),
            "version": {"S": row.version},
            "deleted_at": encode_integer(row.deleted_at),
            "expires_at": encode_integer(row.expires_at),
        }
    record = row.record
    item = _encode_record(record)
    key = encode_notification_key(record.created_at, record.transaction_id)
    item["notification_key"] = {"S": key}
    item["version"] = {"S": row.version}
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
    """Decode the record of a row, whatever its version.

    Raises:
        InvalidRecordError: the item is a tombstone or was not written by `encode_row`.
    """
    return _decode_record(item)


def _decode_key_parts(item: Item) -> tuple[str, str, int, int | None]:
    """Decode user, transaction, `created_at` of the row, and that of the record if it differs."""
    user_id = decode_string(item, "user_id")
    transaction_id = decode_string(item, "transaction_id")
    source = decode_integer(item, "created_at")
    created_at = to_milliseconds(source)
    check_row_key(user_id, created_at, transaction_id)
    return user_id, transaction_id, created_at, source if source != created_at else None


def _create_projection() -> Callable[[Item], NotificationRecord]:
    """Create the function that decodes the served attributes of a command record's item."""
    names: dict[str, Any] = {
        "decode_key": _decode_key_parts,
        "find_text": find_text,
        "find_time": find_time,
        "find_integer": find_integer,
        "recognize": recognize,
    }
    key = "user_id", "transaction_id", "created_at", "source_created_at"
    lines = [f"{', '.join(key)} = decode_key(item)"]
    for each in fields(ServedAttributes):
        name = each.name
        if name in key:
            continue
        if each.type == int | None:
            find = "find_time" if "is_time" in each.metadata else "find_integer"
            lines.append(f"{name} = {find}(item, {name!r}) if {name!r} in item else None")
        else:
            lines.append(f"{name} = find_text(item[{name!r}]) if {name!r} in item else None")
        if name in KNOWN_VALUES:
            names[f"known_{name}"] = KNOWN_VALUES[name]
            lines.append(f"if {name} not in known_{name}: {name} = recognize({name}, known_{name})")
    return create_record_function(lines, {name: name for name in _ROW_ATTRIBUTES}, names)


def _create_decoder() -> Callable[[Item], NotificationRecord]:
    """Create the function that decodes a row's item."""
    names = {f"decode_{name}": _DECODERS[type_] for name, type_ in _ROW_ATTRIBUTES.items()}
    values = {name: f"decode_{name}(item, {name!r})" for name in _ROW_ATTRIBUTES}
    return create_record_function([], values, names)


_project: Final = _create_projection()
_decode_record: Final = _create_decoder()
_encode_command: Final = create_encoder(_COMMAND_ATTRIBUTES)
_encode_record: Final = create_encoder({**_ROW_ATTRIBUTES, **_INDEX_ATTRIBUTES})
