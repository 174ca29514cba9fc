"""Rebuilds the read model from the whole command table, beside the live stream.

A scanned command record may be a second old when it is used. This is safe for an absent row: it is
written only while it is absent, without a version, so any change that the stream has delivered
meanwhile stands, and any later one applies. A row that exists but differs is repaired, with the
order of reads of `repair`. Orphans are not seen from here: `verify` finds them.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Final

from notification_models import (
    InvalidRecordError,
    Item,
    NotificationRecord,
    Row,
    encode_row,
    project_item,
)
from stream_processor.aws.retry import RetryPolicy
from stream_processor.exceptions import RecordGoneError
from stream_processor.operations.rebuild_state import RebuildCounts, RebuildState, SegmentProgress
from stream_processor.operations.repair import UNVERSIONED, Repairer, valid_version
from stream_processor.operations.stop_request import StopRequest, run_all
from stream_processor.tables.command_table import CommandKey, CommandTable
from stream_processor.tables.read_model_table import ReadModelTable
from stream_processor.tables.table_reader import MAX_BATCH_KEYS, Key, Segment

PAGE_SIZE: Final = MAX_BATCH_KEYS

_UNCHANGED: Final = RebuildCounts(unchanged=1)
_WRITTEN: Final = RebuildCounts(written=1)
_REPAIRED: Final = RebuildCounts(repaired=1)
_POISON: Final = RebuildCounts(poison=1)


@dataclass(frozen=True, slots=True)
class RebuiltPage:
    """The counts of a page; `next_key` as in `ScanPage`."""

    counts: RebuildCounts
    next_key: Key | None


class Rebuilder:
    """Rebuilds pages. Several threads or machines may rebuild segments of their own."""

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
        """Create a rebuilder.

        Args:
            executor: runs the writes of a page at once.
            wait_for_write: called before each write; blocks to limit the rate.
            is_dry_run: count the writes without writing.
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
                kept changing. Repeating the page is safe.
        """
        page = self._commands.scan(segment, start_key, PAGE_SIZE)
        return RebuiltPage(self._rebuild_items(page.items), page.next_key)

    def _rebuild_items(self, sources: Iterable[Item]) -> RebuildCounts:
        counts = RebuildCounts()
        records: list[NotificationRecord] = []
        for source in sources:
            try:
                records.append(project_item(source))
            except InvalidRecordError:
                counts += _POISON
        found = self._read_model.find_many([record.key for record in records])
        rebuilt = self._executor.map(
            lambda record: self._rebuild_record(record, found.get(record.key)), records
        )
        return sum(rebuilt, counts)

    def _rebuild_record(self, record: NotificationRecord, found: Item | None) -> RebuildCounts:
        if found is not None and found == encode_row(
            Row(record=record, version=valid_version(found))
        ):
            return _UNCHANGED
        if self._is_dry_run:
            return _WRITTEN if found is None else _REPAIRED
        self._wait_for_write()
        if found is None and self._read_model.replace(
            None, Row(record=record, version=UNVERSIONED)
        ):
            return _WRITTEN
        return self._repair(record)

    def _repair(self, record: NotificationRecord) -> RebuildCounts:
        key = CommandKey(record.transaction_id, str(record.created_at))
        try:
            is_written = self._repairer.repair(key)
        except InvalidRecordError:
            # It has become poison since the scan.
            return _POISON
        except RecordGoneError:
            # It has gone since the scan; the stream knows whether it expired.
            return _UNCHANGED
        return _REPAIRED if is_written else _UNCHANGED


def rebuild_segment(
    rebuilder: Rebuilder, segment: Segment, progress: SegmentProgress, retry_policy: RetryPolicy
) -> Iterator[SegmentProgress]:
    """Rebuild the rest of a segment, and yield its progress after every page.

    Args:
        retry_policy: for each page.

    Raises:
        StreamProcessorError: a page failed for the last time.
    """
    while not progress.is_done:
        page = retry_policy.call(partial(rebuilder.rebuild_page, segment, progress.next_key))
        progress = SegmentProgress(
            counts=progress.counts + page.counts,
            next_key=page.next_key,
            is_done=page.next_key is None,
        )
        yield progress


def rebuild_all(
    rebuilder: Rebuilder,
    state: RebuildState,
    stop: StopRequest,
    *,
    report: Callable[[int], object],
    retry_policy: RetryPolicy,
) -> None:
    """Rebuild the rest of all segments, each in a thread; return early when a stop is requested.

    Args:
        report: receives the number of command records read since the last call.
        retry_policy: for each page.

    Raises:
        StoppedError: stopped within pages; these must be rebuilt again.
        StreamProcessorError: a page failed for the last time.
    """
    segments = state.segments

    def rebuild(index: int) -> None:
        progress = segments[index]
        segment = Segment(index, len(segments))
        for after_page in rebuild_segment(rebuilder, segment, progress, retry_policy):
            state.record(index, after_page)
            report(after_page.counts.read - progress.counts.read)
            progress = after_page
            if stop.is_requested:
                return

    run_all([partial(rebuild, index) for index in range(len(segments))], stop)
