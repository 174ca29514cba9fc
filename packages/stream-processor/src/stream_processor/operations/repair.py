"""Repairs the rows of one command record from the record as it is now.

The order of the reads makes this safe beside the live stream: first the rows, then their source.
Each write is conditional on the version that its row was read with. If the write applies, the row
still had that version when the source was read, so the new content is at least as new as the
content it overwrites. The row keeps its version: each change that the stream has yet to deliver has
a higher one, and will apply. If the write does not apply, the stream was faster, and its row
stands.

An absent row has no version to compare: it is written only while it is absent. So each change must
leave a mark, a row or a tombstone, wherever it may have had a row. The changes that the stream
delivers do so; for a change that failed, its repair leaves the mark, see `FailedChange`.
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeGuard

from notification_models import (
    InvalidRecordError,
    Item,
    NotificationRecord,
    Row,
    RowKey,
    Tombstone,
    encode_row,
    project_item,
)
from notification_models.attribute_value import find_string
from notification_models.values import MAX_USER_ID_BYTES, is_version
from stream_processor.exceptions import RecordGoneError, RepairContendedError
from stream_processor.stream.projection import TOMBSTONE_LIFETIME_S, find_row_key
from stream_processor.tables.command_table import CommandKey, CommandTable
from stream_processor.tables.key_mapping import (
    find_command_key,
    find_notification_key,
    is_of_other_record,
)
from stream_processor.tables.read_model_table import ReadModelTable
from stream_processor.tables.stored_row import StoredRow

UNVERSIONED: Final = "0"
"""Version of a repaired row that had none: lower than every version of a stream, whose label begins
with a year."""

_ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True)
class FailedChange:
    """A change that the stream has not applied and will not apply.

    A writer that read the record before the change must find a mark of the change, and so must a
    late delivery of an older change. The repair leaves the mark: the record's row gets at least the
    version of the change, and a tombstone of that version is written under each other user.

    Attributes:
        version: the version of the change. The record as it is now contains the change, so its
            rows may have this version.
        user_ids: users under whom the change may have written or removed a row.
    """

    version: str
    user_ids: frozenset[str] = field(default=frozenset(), repr=False)


NO_CHANGE: Final = FailedChange(UNVERSIONED)
"""For a repair without a failed change."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """A write that repairs a row.

    Attributes:
        found: the item to replace; None if there is none.
    """

    found: Item | None
    row: Row | Tombstone


class _Plan(NamedTuple):
    replacements: list[Replacement]
    poison: InvalidRecordError | None

    def raise_if_poison(self) -> None:
        if self.poison is not None:
            raise self.poison


class Repairer:
    """Repairs the rows of one command record at a time."""

    def __init__(
        self,
        commands: CommandTable,
        read_model: ReadModelTable,
        now_s: Callable[[], float] = time.time,
        *,
        keeps_expired: bool = False,
    ) -> None:
        """Create a repairer.

        Args:
            keeps_expired: rows stay when their command record expires. A record that is gone may
                have expired, so its row is left as it is: only the stream knows of a delete.
        """
        self._commands = commands
        self._read_model = read_model
        self._now_s = now_s
        self._keeps_expired = keeps_expired

    def repair(self, key: CommandKey, failed: FailedChange = NO_CHANGE) -> bool:
        """Write the rows that the record now calls for: a row, tombstones, or nothing.

        Args:
            failed: the change that this repair stands for.

        Returns:
            Whether a row or tombstone was written; False if nothing differed.

        Raises:
            InvalidRecordError: the record is poison: it has no row any more, and must be corrected.
            RecordGoneError: the record is gone and may have expired; its row was left as it is.
            RepairContendedError: the rows kept changing.
            TableReadError, ReadModelWriteError: DynamoDB failed; repeating the repair is safe.
        """
        has_written = False
        for _ in range(_ATTEMPTS):
            plan = self._plan(key, failed)
            are_applied = [self.replace(each) for each in plan.replacements]
            has_written |= any(are_applied)
            if all(are_applied):
                plan.raise_if_poison()
                return has_written
        raise RepairContendedError

    def needs_repair(self, key: CommandKey, failed: FailedChange = NO_CHANGE) -> bool:
        """Return whether `repair` would write; same arguments and errors."""
        plan = self._plan(key, failed)
        plan.raise_if_poison()
        return bool(plan.replacements)

    def plan_orphan(self, row_key: RowKey) -> Replacement | None:
        """Plan the tombstone of an orphan.

        Unlike `repair`, this finds a row that the index by transaction does not show.

        Returns:
            None if the row is no orphan: a tombstone, gone, or called for.

        Raises:
            TableReadError: DynamoDB failed.
        """
        item = self._read_model.find(row_key)
        if not _is_row(item):
            return None
        key = find_command_key(item)
        source = self._commands.find(key) if key is not None else None
        if not self.is_orphan(row_key, source):
            return None
        return Replacement(item, self._make_tombstone(row_key, self._get_version(item)))

    def is_orphan(self, row_key: RowKey, source: Item | None) -> bool:
        """Return whether a row is not called for.

        Args:
            source: the command record of `find_command_key`. A poison one calls for no row.
        """
        if source is None:
            return not self._keeps_expired
        if find_string(source, "user_id") == row_key.user_id:
            return False
        return find_row_key(source) != row_key

    def is_row_of(self, stored: StoredRow, record: NotificationRecord) -> bool:
        """Return whether an item is the row of a record, of any version that a stream gives."""
        return stored.holds(Row(record, self._accept(stored.version)))

    def replace(self, replacement: Replacement) -> bool:
        """Write a planned row, unless it has changed since; see `ReadModelTable.replace`."""
        return self._read_model.replace(replacement.found, replacement.row)

    def _plan(self, key: CommandKey, failed: FailedChange) -> _Plan:
        source = self._commands.find(key)
        for _ in range(_ATTEMPTS):
            found = self._find_rows(key, source, failed.user_ids)
            # Read again after the rows; see the docstring of this module.
            source = self._commands.find(key)
            record, poison = _project(source)
            if source is None and self._keeps_expired and any(map(_is_row, found.values())):
                raise RecordGoneError
            if record is None or record.key in found:
                return _Plan(list(self._plan_replacements(found, record, failed)), poison)
        raise RepairContendedError

    def _find_rows(
        self, key: CommandKey, source: Item | None, user_ids: Collection[str]
    ) -> dict[RowKey, Item | None]:
        """Read every row that the record has or should have, under its user and under others."""
        notification_key = find_notification_key(key)
        if notification_key is None:
            return {}
        row_keys = self._read_model.find_keys(key.transaction_id, notification_key)
        owner = find_string(source, "user_id") if source is not None else None
        row_keys |= {
            RowKey(user_id, notification_key)
            for user_id in (owner, *user_ids)
            if user_id is not None and len(user_id.encode()) <= MAX_USER_ID_BYTES
        }
        found = {row_key: self._read_model.find(row_key) for row_key in row_keys}
        own = None if owner is None else RowKey(owner, notification_key)
        return {
            row_key: item
            for row_key, item in found.items()
            if row_key == own or not _is_row(item) or not is_of_other_record(item, key)
        }

    def _plan_replacements(
        self,
        found: Mapping[RowKey, Item | None],
        record: NotificationRecord | None,
        failed: FailedChange,
    ) -> Iterator[Replacement]:
        for row_key, item in found.items():
            found_version = self._get_version(item)
            version = max(found_version, self._accept(failed.version))
            if record is not None and row_key == record.key:
                row = Row(record=record, version=version)
                if item != encode_row(row):
                    yield Replacement(item, row)
            elif _is_row(item) or version != found_version:
                yield Replacement(item, self._make_tombstone(row_key, version))

    def _get_version(self, item: Item | None) -> str:
        """Return the version that a repaired row keeps."""
        return self._accept(find_string(item, "version") if item is not None else None)

    def _accept(self, version: str | None) -> str:
        """Return a version that a stream can have given; `UNVERSIONED` in place of any other.

        Another one might be higher than those of all changes to come, so that none would apply.
        """
        if version is None or not is_version(version, self._now_s()):
            return UNVERSIONED
        return version

    def _make_tombstone(self, key: RowKey, version: str) -> Tombstone:
        now_s = self._now_s()
        return Tombstone(
            key=key,
            version=version,
            deleted_at=int(now_s * 1000),
            expires_at=int(now_s) + TOMBSTONE_LIFETIME_S,
        )


def find_record(source: Item) -> NotificationRecord | None:
    """Project a command record's item; None if the record is poison."""
    try:
        return project_item(source)
    except InvalidRecordError:
        return None


def _project(source: Item | None) -> tuple[NotificationRecord | None, InvalidRecordError | None]:
    if source is None:
        return None, None
    try:
        return project_item(source), None
    except InvalidRecordError as poison:
        return None, poison


def is_live(item: Item) -> bool:
    """Return whether an item is a row, with any content, and not a tombstone."""
    return "deleted_at" not in item


def _is_row(item: Item | None) -> TypeGuard[Item]:
    return item is not None and is_live(item)
