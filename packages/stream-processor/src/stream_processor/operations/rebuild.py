"""Fills the read model from the whole command table, page by page, beside the live stream.

A page of command records may be a second old by the time it is used. That is safe for a row that
is absent: it is written only if it still is, without a version, so that any change which the
stream has delivered meanwhile stands, and any that it has yet to deliver applies. A row that is
there but differs is repaired, in the order of reads that `repair` keeps. Rows that no command
record calls for are not seen from here: `verify` finds those.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final

from notification_models import InvalidRecordError, Item, NotificationRecord, Row, encode_row
from stream_processor.exceptions import RecordGoneError
from stream_processor.operations.repair import UNVERSIONED, Repairer, project_item, valid_version
from stream_processor.tables.command_table import CommandKey, CommandTable
from stream_processor.tables.read_model_table import ReadModelTable
from stream_processor.tables.table_reader import MAX_BATCH_KEYS, Key, Segment

PAGE_SIZE: Final = MAX_BATCH_KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildCounts:
    """Command records read, and what became of their rows.

    Attributes:
        unchanged: rows that were right already.
        written: rows that were absent.
        repaired: rows that differed.
        poison: records that cannot be projected; their rows were left as they are.
    """

    unchanged: int = 0
    written: int = 0
    repaired: int = 0
    poison: int = 0

    def __add__(self, other: "RebuildCounts") -> "RebuildCounts":
        sums = {
            each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(self)
        }
        return RebuildCounts(**sums)

    @property
    def read(self) -> int:
        """Command records read."""
        return self.unchanged + self.written + self.repaired + self.poison


@dataclass(frozen=True, slots=True)
class RebuiltPage:
    """What a page came to; `next_key` as in `ScanPage`."""

    counts: RebuildCounts
    next_key: Key | None


class _Outcome(StrEnum):
    UNCHANGED = "unchanged"
    WRITTEN = "written"
    REPAIRED = "repaired"
    POISON = "poison"


class Rebuilder:
    """Rebuilds pages. Several segments may be rebuilt at once, by threads or by machines."""

    def __init__(
        self,
        commands: CommandTable,
        read_model: ReadModelTable,
        executor: Executor,
        wait_for_write: Callable[[], None] = lambda: None,
        *,
        is_dry_run: bool = False,
        keeps_expired: bool = False,
    ) -> None:
        """Make a rebuilder.

        Args:
            executor: runs the writes of a page at once.
            wait_for_write: called before each write; blocks as long as a rate limit asks for.
            is_dry_run: count what would be written, and write nothing.
            keeps_expired: see `Repairer`.
        """
        self._commands = commands
        self._read_model = read_model
        self._repairer = Repairer(commands, read_model, keeps_expired=keeps_expired)
        self._executor = executor
        self._wait_for_write = wait_for_write
        self._is_dry_run = is_dry_run

    def rebuild_page(self, segment: Segment, start_key: Key | None) -> RebuiltPage:
        """Rebuild the rows of one page of command records.

        Raises:
            TableReadError, ReadModelWriteError, RepairContendedError: DynamoDB failed, or a row
                kept changing. Rebuilding the page again is safe.
        """
        page = self._commands.scan(segment, start_key, PAGE_SIZE)
        outcomes = self._rebuild_items(page.items)
        counts = RebuildCounts(**{each.value: outcomes.count(each) for each in _Outcome})
        return RebuiltPage(counts, page.next_key)

    def _rebuild_items(self, sources: Iterable[Item]) -> list[_Outcome]:
        outcomes: list[_Outcome] = []
        records: list[NotificationRecord] = []
        for source in sources:
            try:
                records.append(project_item(source))
            except InvalidRecordError:
                outcomes.append(_Outcome.POISON)
        if not records:
            return outcomes
        found = self._read_model.find_many([record.key for record in records])
        rebuilt = self._executor.map(
            lambda record: self._rebuild_record(record, found.get(record.key)), records
        )
        return [*outcomes, *rebuilt]

    def _rebuild_record(self, record: NotificationRecord, found: Item | None) -> _Outcome:
        if found is not None and found == encode_row(
            Row(record=record, version=valid_version(found))
        ):
            return _Outcome.UNCHANGED
        if self._is_dry_run:
            return _Outcome.WRITTEN if found is None else _Outcome.REPAIRED
        self._wait_for_write()
        if found is None and self._read_model.replace(
            None, Row(record=record, version=UNVERSIONED)
        ):
            return _Outcome.WRITTEN
        return self._repair(record)

    def _repair(self, record: NotificationRecord) -> _Outcome:
        key = CommandKey(record.transaction_id, str(record.created_at))
        try:
            is_written = self._repairer.repair(key)
        except InvalidRecordError:
            # It has become poison since the page was read.
            return _Outcome.POISON
        except RecordGoneError:
            # It has gone since; the stream knows how.
            return _Outcome.UNCHANGED
        return _Outcome.REPAIRED if is_written else _Outcome.UNCHANGED
