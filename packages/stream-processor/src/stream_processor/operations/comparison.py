"""Compares command side and read model, from each of the two sides."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, Generic, Protocol, TypeVar

from msgspec.json import encode

from notification_models import (
    InvalidRecordError,
    Item,
    NotificationRecord,
    RowKey,
)
from stream_processor.exceptions import RecordGoneError, RepairContendedError
from stream_processor.operations.repair import (
    Repairer,
    find_record,
    is_live,
)
from stream_processor.operations.verify_counts import Difference, VerifyCounts
from stream_processor.tables.command_table import CommandKey, CommandTable, command_key_of
from stream_processor.tables.key_mapping import find_command_key
from stream_processor.tables.read_model_table import ReadModelTable
from stream_processor.tables.stored_row import StoredRow, row_key_of
from stream_processor.tables.table_reader import Key, Segment

KeyT = TypeVar("KeyT")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A command record and its row, as read at one time.

    Attributes:
        difference: None if they agree.
        source: fingerprint of the command record. An item has up to 400 KB, too much to keep for
            every suspect.
        row: fingerprint of the row.
    """

    difference: Difference | None
    source: bytes = b""
    row: bytes = b""


_AGREED: Final = Snapshot(None)


@dataclass(frozen=True, slots=True)
class ComparedPage(Generic[KeyT]):
    """A page of one side, compared with the other.

    Attributes:
        counts: records or rows compared, and poison records.
        suspects: the keys that differ, with their snapshots.
        next_key: where the next page starts; None at the end of the segment.
    """

    counts: VerifyCounts
    suspects: list[tuple[KeyT, Snapshot]]
    next_key: Key | None


class Comparison(Protocol[KeyT]):
    """Compares one side with the other. Every method raises `TableReadError`."""

    def compare_page(self, segment: Segment, start_key: Key | None) -> ComparedPage[KeyT]:
        """Compare a scanned page; the scan may be a second old."""

    def recheck(self, key: KeyT) -> Snapshot:
        """Read both sides consistently, and compare them."""

    def repair(self, key: KeyT) -> bool:
        """Repair what differs; return whether a row was written. Raises `ReadModelWriteError`."""


@dataclass(frozen=True, slots=True)
class SourceComparison:
    """From the command side: finds rows that are missing or stale."""

    commands: CommandTable
    read_model: ReadModelTable
    repairer: Repairer

    def compare_page(self, segment: Segment, start_key: Key | None) -> ComparedPage[CommandKey]:
        """See `Comparison.compare_page`."""
        page = self.commands.scan(segment, start_key)
        poison = 0
        suspects: list[tuple[CommandKey, Snapshot]] = []
        for items in page.batches():
            projected = [(item, record) for item in items if (record := find_record(item))]
            keys = [record.key for _, record in projected]
            rows = self.read_model.find_many(list(set(keys)))
            for (item, record), row_key in zip(projected, keys, strict=True):
                snapshot = self._compare(item, record, rows.get(row_key))
                if snapshot.difference:
                    suspects.append((command_key_of(item), snapshot))
            poison += len(items) - len(projected)
        counts = VerifyCounts(records=len(page.items), poison=poison)
        return ComparedPage(counts, suspects, page.next_key)

    def recheck(self, key: CommandKey) -> Snapshot:
        """See `Comparison.recheck`."""
        source = self.commands.find(key)
        record = find_record(source) if source is not None else None
        if source is None or record is None:
            return _AGREED
        rows = self.read_model.find_many([record.key])
        return self._compare(source, record, rows.get(record.key))

    def repair(self, key: CommandKey) -> bool:
        """See `Comparison.repair`."""
        try:
            return self.repairer.repair(key)
        except (InvalidRecordError, RecordGoneError, RepairContendedError):
            # The record has changed since the re-check; the next verification judges it.
            return False

    def _compare(
        self, source: Item, record: NotificationRecord, stored: StoredRow | None
    ) -> Snapshot:
        if stored is None:
            return _take_snapshot(Difference.MISSING, source, None)
        if self.repairer.is_row_of(stored, record):
            return _AGREED
        item = stored.item
        difference = Difference.STALE if is_live(item) else Difference.MISSING
        return _take_snapshot(difference, source, item)


@dataclass(frozen=True, slots=True)
class RowComparison:
    """From the read model: finds rows that no command record calls for."""

    commands: CommandTable
    read_model: ReadModelTable
    repairer: Repairer

    def compare_page(self, segment: Segment, start_key: Key | None) -> ComparedPage[RowKey]:
        """See `Comparison.compare_page`."""
        page = self.read_model.scan(segment, start_key)
        count = 0
        suspects: list[tuple[RowKey, Snapshot]] = []
        for items in page.batches():
            rows = [item for item in items if is_live(item)]
            suspects += self._find_orphans(rows)
            count += len(rows)
        return ComparedPage(VerifyCounts(rows=count), suspects, page.next_key)

    def recheck(self, key: RowKey) -> Snapshot:
        """See `Comparison.recheck`."""
        return self._compare(key, self.read_model.find(key))

    def repair(self, key: RowKey) -> bool:
        """See `Comparison.repair`."""
        replacement = self.repairer.plan_orphan(key)
        return replacement is not None and self.repairer.replace(replacement)

    def _find_orphans(self, scanned: Sequence[Item]) -> list[tuple[RowKey, Snapshot]]:
        """Return the orphans among scanned rows; only they and their records are read whole."""
        keys = {row_key_of(row): find_command_key(row) for row in scanned}
        sources = self.commands.find_many(list({key for key in keys.values() if key}))
        found = [
            row_key
            for row_key, key in keys.items()
            if self.repairer.is_orphan(row_key, sources.get(key) if key else None)
        ]
        rows = self.read_model.find_many(found)
        snapshots = ((key, self._compare(key, row.item)) for key, row in rows.items())
        return [(key, snapshot) for key, snapshot in snapshots if snapshot.difference]

    def _compare(self, row_key: RowKey, row: Item | None) -> Snapshot:
        if row is None or not is_live(row):
            return _AGREED
        key = find_command_key(row)
        source = self.commands.find(key) if key is not None else None
        if not self.repairer.is_orphan(row_key, source):
            return _AGREED
        return _take_snapshot(Difference.ORPHAN, source, row)


def _take_snapshot(difference: Difference, source: Item | None, row: Item | None) -> Snapshot:
    return Snapshot(difference, _fingerprint(source), _fingerprint(row))


def _fingerprint(item: Item | None) -> bytes:
    # DynamoDB may return the attributes of the same item in another order.
    content = encode(item, order="sorted") if item is not None else b""
    return blake2b(content, digest_size=16).digest()
