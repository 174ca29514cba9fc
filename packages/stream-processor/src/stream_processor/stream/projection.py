"""Stream records to the writes they call for. Pure: neither a clock nor AWS is seen from here."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from notification_models import (
    InvalidRecordError,
    Item,
    NotificationRecord,
    Row,
    RowKey,
    Tombstone,
    decode_command_record,
    decode_row_key,
)
from stream_processor.stream.stream_record import EventName, StreamRecord

TOMBSTONE_LIFETIME_S: Final = 8 * 24 * 60 * 60
"""Longer than any record that a tombstone holds off can come back: a stream keeps its records for
one day, the quarantine for seven."""


@dataclass(frozen=True, slots=True)
class PlannedWrite:
    """The one write that a batch makes to one row.

    Attributes:
        position: index in the batch of the first record that changes this row. If the write
            fails, everything from there on must be delivered again.
    """

    row: Row | Tombstone
    position: int


def project(record: StreamRecord, *, keeps_expired: bool = False) -> tuple[Row | Tombstone, ...]:
    """Tell what one stream record makes of the read model: one write, or two if its row moved.

    Args:
        keeps_expired: rows stay when the time to live of their command record is over. Otherwise
            that is a delete like any other.

    Raises:
        InvalidRecordError: the record is poison.
    """
    if record.is_expiry and keeps_expired:
        return ()
    if record.event_name is EventName.REMOVE:
        deleted = decode_row_key(_require_image(record.old_image, "OldImage"))
        return (_make_tombstone(deleted, record),)
    command = decode_command_record(_require_image(record.new_image, "NewImage"))
    row = Row(record=NotificationRecord.of(command), version=record.version)
    moved_from = _find_row_key(record.old_image)
    if moved_from is None or moved_from == row.key:
        return (row,)
    return (_make_tombstone(moved_from, record), row)


def plan_writes(projected: Iterable[tuple[int, Row | Tombstone]]) -> list[PlannedWrite]:
    """Reduce a batch to one write a row: the newest, since it overwrites all before it.

    Args:
        projected: position in the batch and write, in the order of the batch.
    """
    planned: dict[RowKey, PlannedWrite] = {}
    for position, row in projected:
        earlier = planned.get(row.key)
        if earlier is None:
            planned[row.key] = PlannedWrite(row, position)
        elif earlier.row.version < row.version:
            # Keeping the first position: until this write is done, none before it is either.
            planned[row.key] = replace(earlier, row=row)
    return list(planned.values())


def _make_tombstone(key: RowKey, record: StreamRecord) -> Tombstone:
    return Tombstone(
        key=key,
        version=record.version,
        deleted_at=record.changed_at_ms,
        expires_at=record.changed_at_ms // 1000 + TOMBSTONE_LIFETIME_S,
    )


def _find_row_key(old_image: Item | None) -> RowKey | None:
    """Find the row that the item had before the change; a poison item never had one."""
    if old_image is None:
        return None
    try:
        return decode_row_key(old_image)
    except InvalidRecordError:
        return None


def _require_image(image: Item | None, name: str) -> Item:
    if image is None:
        raise InvalidRecordError(name, "is missing")
    return image
