"""Makes the rows of one command record what that record now says, whatever happened before.

The order of the reads is what makes it safe beside the live stream. The rows are read first, then
their source, and each write is bound to the version that its row was found with. If the write
applies, the row was at that version when the source was read, so what is written is at least as
new as what it overwrites. The version is kept: each change that the stream has yet to deliver has a
higher one, and will apply. If the write does not apply, the stream was faster, and has won.

A row that is absent has no version to bind to: it is written if it is absent still. So each change
must leave a mark, a row or a tombstone, wherever it may have had a row. Those that the stream makes
do so by themselves; the repair of one that failed does it in its place, see `FailedChange`.
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeGuard

from notification_models import (
    InvalidRecordError,
    Item,
    NotificationRecord,
    Row,
    RowKey,
    Tombstone,
    decode_command_record,
    decode_notification_key,
    encode_notification_key,
    encode_row,
)
from notification_models.attribute_value import decode_integer, find_string
from notification_models.values import (
    MAX_TRANSACTION_ID_BYTES,
    MAX_USER_ID_BYTES,
    is_version,
)
from stream_processor.exceptions import RecordGoneError, RepairContendedError
from stream_processor.stream.projection import TOMBSTONE_LIFETIME_S
from stream_processor.tables.command_table import CommandKey, CommandTable
from stream_processor.tables.read_model_table import ReadModelTable

UNVERSIONED: Final = "0"
"""Version of a row that had none when it was repaired: lower than any that a stream gives, since
a stream's label begins with a year."""

_ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True)
class FailedChange:
    """A change that the stream has not made and will not: what its repair must hold off.

    Whoever has read the record before the change, and is yet to write, must find a mark that the
    change was; so must a late delivery of an older one. The repair leaves it: it gives the rows
    at least the change's version, and a tombstone where the change may have wanted none.

    Attributes:
        version: the version the change would have given. The record as it is now contains the
            change, so it may be given to what is made of the record.
        user_ids: users under whom the change may have wanted a row, or wanted one gone.
    """

    version: str
    user_ids: frozenset[str] = field(default=frozenset(), repr=False)


NO_CHANGE: Final = FailedChange(UNVERSIONED)
"""For a repair that no failure has called for."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """A write that repairs a row.

    Attributes:
        found: the item that the read model has now, None if it has none.
    """

    found: Item | None
    row: Row | Tombstone


class Repairer:
    """Repairs command records, one at a time."""

    def __init__(
        self,
        commands: CommandTable,
        read_model: ReadModelTable,
        now_s: Callable[[], float] = time.time,
        *,
        keeps_expired: bool = False,
    ) -> None:
        """Make a repairer.

        Args:
            keeps_expired: rows stay when their command record has expired. A record that is gone
                may have, so its row is left as it is; a delete is then known to the stream alone.
        """
        self._commands = commands
        self._read_model = read_model
        self._now_s = now_s
        self._keeps_expired = keeps_expired

    def repair(self, key: CommandKey, failed: FailedChange = NO_CHANGE) -> bool:
        """Make a record's rows what the record now says: a row, a tombstone or nothing.

        Args:
            failed: the change whose place the repair takes.

        Returns:
            True if a row was written; False if all was well.

        Raises:
            InvalidRecordError: the record is poison; its rows were left as they are.
            RecordGoneError: the record is gone and may have expired; its row was left as it is.
            RepairContendedError: the rows kept changing.
            TableReadError, ReadModelWriteError: DynamoDB failed; repairing again is safe.
        """
        has_written = False
        for _ in range(_ATTEMPTS):
            is_overtaken = False
            for each in self.plan(key, failed):
                is_applied = self.replace(each)
                has_written |= is_applied
                is_overtaken |= not is_applied
            if not is_overtaken:
                return has_written
        raise RepairContendedError

    def plan(self, key: CommandKey, failed: FailedChange = NO_CHANGE) -> list[Replacement]:
        """Work out what `repair` would write now; takes and raises what `repair` does."""
        source = self._commands.find(key)
        for _ in range(_ATTEMPTS):
            found = self._find_rows(key, source, failed.user_ids)
            # Read again now that the rows are known; see the head of this module.
            source = self._commands.find(key)
            record = project_item(source) if source is not None else None
            if record is None and self._keeps_expired and any(map(_is_row, found.values())):
                raise RecordGoneError
            if record is None or record.key in found:
                return list(self._plan_replacements(found, record, failed))
        raise RepairContendedError

    def plan_orphan(self, row_key: RowKey) -> Replacement | None:
        """Work out the tombstone for a row that its command record does not call for.

        Finds what `plan` cannot: a row that is not where an index would show it.

        Returns:
            None if the row is a tombstone, gone, called for, or its command record is poison.

        Raises:
            TableReadError: DynamoDB failed.
        """
        item = self._read_model.find(row_key)
        if not _is_row(item):
            return None
        key = find_command_key(row_key)
        source = self._commands.find(key) if key is not None else None
        if not self.is_orphan(row_key, source):
            return None
        return Replacement(item, self._make_tombstone(row_key, valid_version(item)))

    def is_orphan(self, row_key: RowKey, source: Item | None) -> bool:
        """Tell whether a row is one that no command record calls for."""
        if source is None:
            return not self._keeps_expired
        return _calls_elsewhere(source, row_key)

    def replace(self, replacement: Replacement) -> bool:
        """Write what was planned, unless the row has moved on; see `ReadModelTable.replace`."""
        return self._read_model.replace(replacement.found, replacement.row)

    def _find_rows(
        self, key: CommandKey, source: Item | None, user_ids: Collection[str]
    ) -> dict[RowKey, Item | None]:
        """Look wherever the record has or should have a row, under its user and under others."""
        notification_key = _find_notification_key(key)
        if notification_key is None:
            return {}
        row_keys = self._read_model.find_keys(key.transaction_id, notification_key)
        owner = find_string(source, "user_id") if source is not None else None
        row_keys |= {
            RowKey(user_id, notification_key)
            for user_id in (owner, *user_ids)
            if user_id is not None and len(user_id.encode()) <= MAX_USER_ID_BYTES
        }
        return {row_key: self._read_model.find(row_key) for row_key in row_keys}

    def _plan_replacements(
        self,
        found: Mapping[RowKey, Item | None],
        record: NotificationRecord | None,
        failed: FailedChange,
    ) -> Iterator[Replacement]:
        for row_key, item in found.items():
            version = max(valid_version(item), failed.version)
            if record is not None and row_key == record.key:
                row = Row(record=record, version=version)
                if item != encode_row(row):
                    yield Replacement(item, row)
            elif _is_row(item) or version != valid_version(item):
                yield Replacement(item, self._make_tombstone(row_key, version))

    def _make_tombstone(self, key: RowKey, version: str) -> Tombstone:
        now_s = self._now_s()
        return Tombstone(
            key=key,
            version=version,
            deleted_at=int(now_s * 1000),
            expires_at=int(now_s) + TOMBSTONE_LIFETIME_S,
        )


def project_item(source: Item) -> NotificationRecord:
    """Tell what the read model should hold of a command record's item.

    Raises:
        InvalidRecordError: the record is poison.
    """
    return NotificationRecord.of(decode_command_record(source))


def valid_version(item: Item | None) -> str:
    """Take the version a row is to keep when it is repaired.

    What no stream can have given is not kept: it might be higher than all that one ever gives, and
    hold off every change to come.
    """
    version = find_string(item, "version") if item is not None else None
    return version if version is not None and is_version(version) else UNVERSIONED


def is_live(item: Item) -> bool:
    """Tell a row, of whatever content, from a tombstone."""
    return "deleted_at" not in item


def _is_row(item: Item | None) -> TypeGuard[Item]:
    return item is not None and is_live(item)


def _calls_elsewhere(source: Item, row_key: RowKey) -> bool:
    """Tell whether a command record's row belongs under another key than this one.

    A poison record tells nothing: its rows are left as they are.
    """
    try:
        return project_item(source).key != row_key
    except InvalidRecordError:
        return False


def find_command_key(row_key: RowKey) -> CommandKey | None:
    """Name the command record of a row; None if no record can have made such a key."""
    try:
        created_at, transaction_id = decode_notification_key(row_key.notification_key)
    except InvalidRecordError:
        return None
    return CommandKey(transaction_id, str(created_at))


def _find_notification_key(key: CommandKey) -> str | None:
    """Make the sort key of a record's rows; None if no row can be keyed by it."""
    try:
        created_at = decode_integer(key.to_item(), "created_at")
    except InvalidRecordError:
        return None
    if len(key.transaction_id.encode()) > MAX_TRANSACTION_ID_BYTES:
        return None
    return encode_notification_key(created_at, key.transaction_id)
