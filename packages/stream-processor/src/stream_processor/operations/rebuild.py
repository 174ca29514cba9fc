"""Rebuilds the read model from the whole command table, beside the live stream.

A scanned command record may be a second old when it is used. This is safe for an absent row: it is
written only while it is absent, without a version, so any change that the stream has delivered
meanwhile stands, and any later one applies. A row that exists but differs is repaired, with the
order of reads of `repair`. Orphans are not seen from here: `verify` finds them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from functools import partial

from notification_models import InvalidRecordError, Item, NotificationRecord, Row
from stream_processor.aws.retry import BatchRetry
from stream_processor.exceptions import UNREPAIRABLE, RecordGoneError
from stream_processor.operations.rebuild_state import RebuildCounts, RebuildState, SegmentProgress
from stream_processor.operations.repair import UNVERSIONED, Repairer, find_record
from stream_processor.operations.stop_request import StopRequest, run_all
from stream_processor.tables.command_table import CommandKey, CommandTable, command_key_of
from stream_processor.tables.read_model_table import ReadModelTable
from stream_processor.tables.table_reader import Key, ScanPage, Segment


class Rebuilder:
    """Rebuilds batches of records. Threads and machines may rebuild segments at the same time."""

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
            executor: runs the repairs of a batch at once.
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

    def scan(self, segment: Segment, start_key: Key | None) -> ScanPage:
        """Read a page of command records; raises `TableReadError`."""
        return self._commands.scan(segment, start_key)

    def rebuild(self, sources: Sequence[Item]) -> RebuildCounts:
        """Rebuild the rows of scanned command records.

        A record that cannot be repaired is counted, and does not keep the others from it.

        Raises:
            TableReadError, ReadModelWriteError: DynamoDB failed. Repeating it is safe.
        """
        records: list[NotificationRecord] = []
        poison: list[CommandKey] = []
        for source in sources:
            if (record := find_record(source)) is not None:
                records.append(record)
            else:
                poison.append(command_key_of(source))
        rows = self._read_model.find_many(list({record.key for record in records}))
        absent: list[NotificationRecord] = []
        different: list[NotificationRecord] = []
        for record in records:
            row = rows.get(record.key)
            if row is None:
                absent.append(record)
            elif not self._repairer.is_row_of(row, record):
                different.append(record)
        counts = RebuildCounts(unchanged=len(records) - len(absent) - len(different))
        if self._is_dry_run:
            would = RebuildCounts(written=len(absent), repaired=len(different), poison=len(poison))
            return counts + would
        counts += self._write_absent(absent)
        counts = sum(self._executor.map(self._repair, poison), counts)
        return sum(self._executor.map(self._repair_in_turn, different), counts)

    def _write_absent(self, records: Sequence[NotificationRecord]) -> RebuildCounts:
        """Write absent rows, and repair those that are no longer absent."""
        rows = (Row(record=record, version=UNVERSIONED) for record in self._in_turn(records))
        written = self._read_model.write_absent(rows)
        overtaken = [
            record for record, is_written in zip(records, written, strict=True) if not is_written
        ]
        counts = RebuildCounts(written=len(records) - len(overtaken))
        return sum(self._executor.map(self._repair, map(_command_key_of, overtaken)), counts)

    def _in_turn(self, records: Iterable[NotificationRecord]) -> Iterator[NotificationRecord]:
        for record in records:
            self._wait_for_write()
            yield record

    def _repair_in_turn(self, record: NotificationRecord) -> RebuildCounts:
        self._wait_for_write()
        return self._repair(_command_key_of(record))

    def _repair(self, key: CommandKey) -> RebuildCounts:
        try:
            is_written = self._repairer.repair(key)
        except InvalidRecordError:
            return RebuildCounts(poison=1)
        except UNREPAIRABLE:
            return RebuildCounts(failed=1)
        except RecordGoneError:
            # It has gone since the scan; the stream knows whether it expired.
            return RebuildCounts(unchanged=1)
        return RebuildCounts(repaired=1) if is_written else RebuildCounts(unchanged=1)


def _command_key_of(record: NotificationRecord) -> CommandKey:
    return CommandKey(record.transaction_id, str(record.command_created_at))


def rebuild_segment(
    rebuilder: Rebuilder, segment: Segment, progress: SegmentProgress, retry: BatchRetry
) -> Iterator[SegmentProgress]:
    """Rebuild the rest of a segment, and yield its progress after every batch.

    Args:
        retry: for each page and each batch.

    Raises:
        StreamProcessorError: a page or batch failed for the last time.
    """
    while not progress.is_done:
        page = retry.call(partial(rebuilder.scan, segment, progress.next_key))
        taken = 0
        for items in page.batches():
            counts = retry.call(partial(rebuilder.rebuild, items))
            taken += len(items)
            is_last = taken == len(page.items)
            next_key = page.next_key if is_last else command_key_of(items[-1]).to_item()
            progress = SegmentProgress(
                counts=progress.counts + counts, next_key=next_key, is_done=next_key is None
            )
            yield progress


def rebuild_all(
    rebuilder: Rebuilder,
    state: RebuildState,
    stop: StopRequest,
    *,
    report: Callable[[int], object],
    retry: BatchRetry,
) -> None:
    """Rebuild the rest of all segments, each in a thread; return early when a stop is requested.

    Args:
        report: receives the number of command records read since the last call.
        retry: see `rebuild_segment`.

    Raises:
        StoppedError: stopped within batches; these must be rebuilt again.
        StreamProcessorError: a page or batch failed for the last time.
    """
    segments = state.segments

    def rebuild(index: int) -> None:
        progress = segments[index]
        segment = Segment(index, len(segments))
        for after_batch in rebuild_segment(rebuilder, segment, progress, retry):
            state.record(index, after_batch)
            report(after_batch.counts.read - progress.counts.read)
            progress = after_batch
            if stop.is_requested:
                return

    run_all([partial(rebuild, index) for index in range(len(segments))], stop)
