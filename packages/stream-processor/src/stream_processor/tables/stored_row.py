"""Items of the read model as DynamoDB returns them, to compare with the rows that they should be.

Nearly every item is exactly the row that it should be. A decoder of such rows alone halves the time
to decode and compare them. Any other item is compared with the result of `encode_row`, which
defines what a row is; a test holds both comparisons to the same results.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Final

from msgspec import DecodeError, Raw, Struct, defstruct
from msgspec.json import Decoder

from notification_models import (
    Item,
    NotificationRecord,
    Row,
    RowKey,
    encode_notification_key,
    encode_row,
)
from notification_models.attribute_value import find_string
from notification_models.schema import NOTIFICATION_RECORDS
from stream_processor.tables.table_reader import decode_item


class _Text(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    S: str


class _Number(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    N: str


class _Absent(Struct, frozen=True, gc=False):
    S: None = None
    N: None = None


# For each type of a record's attribute: the type of its field, and the default if it is absent.
_WIRE_TYPES: Final[Mapping[Any, tuple[Any, ...]]] = {
    str: (_Text,),
    str | None: (_Text, _Absent()),
    int: (_Number,),
    int | None: (_Number, _Absent()),
}
# The keys of the indexes are properties of a record.
_ATTRIBUTES: Final[Mapping[str, Any]] = {
    **{index.partition_key.name: str | None for index in NOTIFICATION_RECORDS.indexes},
    **{each.name: each.type for each in fields(NotificationRecord)},
}


class StoredRow(Struct, frozen=True, gc=False):
    """An item of the read model with any content: a row, a tombstone, or neither.

    Attributes:
        version: None if it has none that is a text.
        content: the item as on the wire.
        written: the item decoded as a row that `encode_row` has written; None for any other.
    """

    key: RowKey
    version: str | None
    content: bytes | Raw
    written: Any | None

    @property
    def item(self) -> Item:
        """The item itself."""
        return decode_item(self.content)

    def holds(self, row: Row) -> bool:
        """Return whether the item is the result of `encode_row`."""
        if self.written is None:
            return self.item == encode_row(row)
        return self.version == row.version and _has_record(self.written, row.record)


def decode_stored_row(content: bytes | Raw) -> StoredRow:
    """Decode an item of the read model.

    Raises:
        DecodeError, UnicodeDecodeError, RecursionError: it is no item.
    """
    try:
        written = _decode_written_row(content)
    except (DecodeError, UnicodeDecodeError, RecursionError):
        item = decode_item(content)
        return StoredRow(row_key_of(item), find_string(item, "version"), content, None)
    key = RowKey(written.user_id.S, written.notification_key.S)
    return StoredRow(key, written.version.S or None, content, written)


def row_key_of(item: Item) -> RowKey:
    """Return the primary key of an item, which every item has."""
    return RowKey(item["user_id"]["S"], item["notification_key"]["S"])


def _create_decoder() -> Callable[[bytes | Raw], Any]:
    """Create the decoder of the items that `encode_row` writes, tombstones left out."""
    names = [(name, *_WIRE_TYPES[type_]) for name, type_ in _ATTRIBUTES.items()]
    row = defstruct(
        "_WrittenRow",
        [*names, ("notification_key", _Text), ("version", _Text)],
        kw_only=True,
        forbid_unknown_fields=True,
        gc=False,
    )
    return Decoder(row).decode


def _create_comparison() -> Callable[[Any, NotificationRecord], bool]:
    """Create the function that compares the attributes: `row.user_id.S == record.user_id and …`.

    Its source is generated, as the methods of dataclasses are.
    """
    pairs = [
        f"row.{name}.S == record.{name}"
        if _WIRE_TYPES[type_][0] is _Text
        else f"row.{name}.N == (None if record.{name} is None else str(record.{name}))"
        for name, type_ in _ATTRIBUTES.items()
    ]
    key = "row.notification_key.S == encode_key(record.created_at, record.transaction_id)"
    source = f"lambda row, record: {' and '.join([*pairs, key])}"
    compare: Callable[[Any, NotificationRecord], bool] = eval(  # noqa: S307 - our own names
        source, {"encode_key": encode_notification_key}
    )
    return compare


_decode_written_row: Final = _create_decoder()
_has_record: Final = _create_comparison()
