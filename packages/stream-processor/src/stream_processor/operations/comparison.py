"""Compares command side and read model, from each of the two sides."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, Generic, Protocol, TypeVar

from notification_models import (
    InvalidRecordError,
    Item,
    NotificationRecord,
    Row,
    RowKey,
    encode_row,
    project_item,
)
from stream_processor.exceptions import RecordGoneError, RepairContendedError
from stream_processor.operations.repair import (
    Repairer,
    find_command_key,
    is_live,
    valid_version,
)
from stream_processor.operations.verify_counts import Difference, VerifyCounts
from stream_processor.tables.command_table import CommandKey, CommandTable
from stream_processor.tables.read_model_table import ReadModelTable, row_key_of
from stream_processor.tables.table_reader import MAX_BATCH_KEYS, Key, Segment

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
        page = self.commands.scan(segment, start_key, MAX_BATCH_KEYS)
        projected = [(item, record) for item in page.items if (record := _find_record(item))]
        rows = self.read_model.find_many([record.key for _, record in projected])
        snapshots = [
            (CommandKey.from_item(item), _compare(item, record, rows.get(record.key)))
            for item, record in projected
        ]
        counts = VerifyCounts(records=len(page.items), poison=len(page.items) - len(projected))
        return ComparedPage(counts, _choose_suspects(snapshots), page.next_key)

    def recheck(self, key: CommandKey) -> Snapshot:
        """See `Comparison.recheck`."""
        source = self.commands.find(key)
        record = _find_record(source) if source is not None else None
        if source is None or record is None:
            return _AGREED
        return _compare(source, record, self.read_model.find(record.key))

    def repair(self, key: CommandKey) -> bool:
        """See `Comparison.repair`."""
        try:
            return self.repairer.repair(key)
        except (InvalidRecordError, RecordGoneError, RepairContendedError):
            # The record has changed since the re-check; the next verification judges it.
            return False


@dataclass(frozen=True, slots=True)
class RowComparison:
    """From the read model: finds rows that no command record calls for."""

    commands: CommandTable
    read_model: ReadModelTable
    repairer: Repairer

    def compare_page(self, segment: Segment, start_key: Key | None) -> ComparedPage[RowKey]:
        """See `Comparison.compare_page`."""
        page = self.read_model.scan(segment, start_key, MAX_BATCH_KEYS)
        rows = {row_key_of(item): item for item in page.items if is_live(item)}
        keys = {row_key: find_command_key(row_key) for row_key in rows}
        sources = self.commands.find_many(list({key for key in keys.values() if key is not None}))
        snapshots = [
            (row_key, self._compare(row_key, item, _find_source(sources, keys[row_key])))
            for row_key, item in rows.items()
        ]
        counts = VerifyCounts(rows=len(rows))
        return ComparedPage(counts, _choose_suspects(snapshots), page.next_key)

    def recheck(self, key: RowKey) -> Snapshot:
        """See `Comparison.recheck`."""
        row = self.read_model.find(key)
        command_key = find_command_key(key)
        source = self.commands.find(command_key) if command_key is not None else None
        return self._compare(key, row, source)

    def repair(self, key: RowKey) -> bool:
        """See `Comparison.repair`."""
        replacement = self.repairer.plan_orphan(key)
        return replacement is not None and self.repairer.replace(replacement)

    def _compare(self, row_key: RowKey, row: Item | None, source: Item | None) -> Snapshot:
        if row is None or not is_live(row) or not self.repairer.is_orphan(row_key, source):
            return _AGREED
        return _take_snapshot(Difference.ORPHAN, source, row)


def _choose_suspects(snapshots: list[tuple[KeyT, Snapshot]]) -> list[tuple[KeyT, Snapshot]]:
    return [(key, snapshot) for key, snapshot in snapshots if snapshot.difference]


def _find_record(source: Item) -> NotificationRecord | None:
    try:
        return project_item(source)
    except InvalidRecordError:
        return None


def _find_source(sources: dict[CommandKey, Item], key: CommandKey | None) -> Item | None:
    return sources.get(key) if key is not None else None


def _compare(source: Item, record: NotificationRecord, row: Item | None) -> Snapshot:
    if row is None or not is_live(row):
        return _take_snapshot(Difference.MISSING, source, row)
    if row == encode_row(Row(record=record, version=valid_version(row))):
        return _AGREED
    return _take_snapshot(Difference.STALE, source, row)


def _take_snapshot(difference: Difference, source: Item | None, row: Item | None) -> Snapshot:
    return Snapshot(difference, _fingerprint(source), _fingerprint(row))


def _fingerprint(item: Item | None) -> bytes:
    # By repr: an unknown attribute may be binary, which JSON cannot hold.
    text = repr(sorted(item.items())) if item is not None else ""
    return blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()
