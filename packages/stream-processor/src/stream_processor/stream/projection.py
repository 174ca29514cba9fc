"""Projects stream records to writes of the read model. Pure: no clock, no I/O."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from notification_models import (
    InvalidRecordError,
    Item,
    Row,
    RowKey,
    Tombstone,
    decode_row_key,
    find_status,
    project_item,
)
from stream_processor.stream.stream_record import EventName, StreamRecord

TOMBSTONE_LIFETIME_S: Final = 8 * 24 * 60 * 60
"""Longer than a record may be late: a stream keeps its records for one day, the quarantine for
seven."""


NO_ROW: Final = ""
"""In place of the status of a row that does not exist; no row has an empty status."""


class Projection(NamedTuple):
    """What a stream record calls for.

    Attributes:
        writes: a row, a tombstone, or both if the row moved.
        poison: why the record has no row; None if it is not poison. The quarantine must have it,
            and the writes are needed all the same: they bury the row that the record had.
        status_before: of the row that the record had before, under any user; `NO_ROW` if it had
            none, or calls for none now.
    """

    writes: tuple[Row | Tombstone, ...]
    poison: InvalidRecordError | None = None
    status_before: str | None = NO_ROW

    @property
    def version(self) -> str:
        """The version of all writes; there must be one."""
        return self.writes[0].version


class PlannedWrite(NamedTuple):
    """The only write of a batch to one row.

    Attributes:
        position: index in the batch of the first record that changes this row. If the write fails,
            that record and all records after it must be redelivered.
        newest_position: index of the record that `row` is projected from.
        changes: all projections of the batch that write this row, the newest last.
    """

    row: Row | Tombstone
    position: int
    newest_position: int
    changes: list[Projection]

    def find_status_before(self, overwritten: str) -> str | None:
        """Return the status before the first change that the read model did not have.

        Changes that an earlier delivery applied do not count again.

        Args:
            overwritten: the version that this write was applied over; empty if there was none.

        Returns:
            See `Projection.status_before`.
        """
        first = next(change for change in self.changes if change.version > overwritten)
        return first.status_before


def project(record: StreamRecord, *, keeps_expired: bool = False) -> Projection:
    """Project a stream record.

    A poison record has no row. So the change that makes it poison buries the row, and the removal
    of a poison record has nothing to bury.

    Args:
        keeps_expired: rows stay when their command record expires. Otherwise an expiry is a delete
            like any other.

    Raises:
        InvalidRecordError: the stream record lacks an image, or the removed one is no item.
    """
    if record.event_name is EventName.REMOVE:
        image = _require_image(record.old_image, "OldImage")
        removed = find_row_key(image)
        if removed is None:
            _check_form(image)
        is_kept = record.is_expiry and keeps_expired
        return Projection(() if is_kept else _bury(removed, record))
    image = _require_image(record.new_image, "NewImage")
    moved_from = find_row_key(record.old_image)
    try:
        row = Row(project_item(image), record.version)
    except InvalidRecordError as poison:
        return Projection(_bury(moved_from, record), poison)
    status_before: str | None = NO_ROW
    if moved_from is not None and record.old_image is not None:
        status_before = find_status(record.old_image)
    if moved_from == row.key:
        moved_from = None
    return Projection((*_bury(moved_from, record), row), status_before=status_before)


def find_row_key(item: Item | None) -> RowKey | None:
    """Return the key of the row of a command record; None if it is absent or poison."""
    if item is None:
        return None
    try:
        return decode_row_key(item)
    except InvalidRecordError:
        return None


def plan_writes(projections: Iterable[Projection]) -> list[PlannedWrite]:
    """Reduce a batch to one write for each row: the newest, which overwrites all before it.

    Args:
        projections: of all records, in the order of the batch.
    """
    planned: dict[RowKey, PlannedWrite] = {}
    for position, projection in enumerate(projections):
        for row in projection.writes:
            key = row.key
            earlier = planned.get(key)
            if earlier is None:
                planned[key] = PlannedWrite(row, position, position, [projection])
            elif earlier.row.version < row.version:
                earlier.changes.append(projection)
                # The first position stays: until this write is done, no earlier one is done either.
                planned[key] = PlannedWrite(row, earlier.position, position, earlier.changes)
    return list(planned.values())


def _bury(key: RowKey | None, record: StreamRecord) -> tuple[Tombstone, ...]:
    return () if key is None else (_make_tombstone(key, record),)


def _make_tombstone(key: RowKey, record: StreamRecord) -> Tombstone:
    return Tombstone(
        key=key,
        version=record.version,
        deleted_at=record.changed_at_ms,
        expires_at=record.changed_at_ms // 1000 + TOMBSTONE_LIFETIME_S,
    )


def _check_form(image: Item) -> None:
    """Check that an image without a usable key is that of a poison record, and nothing else.

    Raises:
        InvalidRecordError: it is no item of the command table.
    """
    values = [image.get(name) for name in ("transaction_id", "created_at")]
    values += [image[name] for name in ("user_id",) if name in image]
    if not all(map(_is_attribute_value, values)):
        raise InvalidRecordError("OldImage", "is no item of the command table")


def _is_attribute_value(value: object) -> bool:
    if not isinstance(value, dict) or len(value) != 1:
        return False
    ((type_, content),) = value.items()
    return isinstance(content, str) or type_ not in {"S", "N"}


def _require_image(image: Item | None, name: str) -> Item:
    if image is None:
        raise InvalidRecordError(name, "is missing")
    return image
