"""Erases a person: deletes their command records, and buries the rows that the stream does not.

The command table is the truth, so the records are deleted there. The stream then replaces their
rows by tombstones of the delete's version: redelivery, redrive and rebuild cannot bring them back.
The tool waits for the stream for a limited time. A row that is still there is an orphan, or the
stream is late. It is repaired as any orphan is, which is safe beside the stream: the tombstone
keeps the row's version, and the late delete has a higher one.

An interrupted erasure is continued by another.
"""

import time
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Final

from notification_models import Item
from notification_models.attribute_value import find_string
from stream_processor.operations.repair import Repairer, is_live
from stream_processor.personal_data.person_tables import PersonTables
from stream_processor.personal_data.receipt import ErasureReceipt
from stream_processor.tables.command_table import CommandTable
from stream_processor.tables.key_mapping import find_command_key
from stream_processor.tables.stored_row import row_key_of

_MAX_PASSES: Final = 5
_POLL_INTERVAL_S: Final = 0.5


class Eraser:
    """Erases one person from both tables."""

    def __init__(
        self,
        person: PersonTables,
        commands: CommandTable,
        repairer: Repairer,
        executor: Executor,
        *,
        lag_s: float,
        now_s: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """Create an eraser.

        Args:
            repairer: one for which a row without a record is an orphan, also where rows of expired
                records are kept.
            executor: buries several rows at once.
            lag_s: seconds that the stream may take to deliver the deletes.
        """
        self._person = person
        self._commands = commands
        self._repairer = repairer
        self._executor = executor
        self._lag_s = lag_s
        self._now_s = now_s
        self._sleep = sleep

    def count(self, receipt: ErasureReceipt, report: Callable[[int], object]) -> None:
        """Count what `erase` would delete; same arguments and errors."""
        receipt.rows, receipt.tombstones = self._count_rows()
        for page in self._person.scan_records():
            receipt.records += len(page.items)
            report(page.read)

    def erase(self, receipt: ErasureReceipt, report: Callable[[int], object]) -> None:
        """Delete the command records, wait for the stream, and bury the rows that are left.

        Args:
            receipt: receives the counts, so that they are known after an interruption.
            report: receives the numbers of command records read.

        Raises:
            TableReadError, CommandRecordDeleteError, ReadModelWriteError: DynamoDB failed;
                repeating the erasure is safe.
        """
        receipt.rows, receipt.tombstones = self._count_rows()
        has_deleted_all = self._delete_records(receipt, report)
        self._wait_for_stream()
        self._bury_rows(receipt)
        rows, receipt.tombstones = self._count_rows()
        receipt.is_complete = has_deleted_all and not rows

    def _count_rows(self) -> tuple[int, int]:
        """Return the numbers of rows and of tombstones."""
        rows = tombstones = 0
        for page in self._person.read_rows():
            live = sum(map(is_live, page))
            rows += live
            tombstones += len(page) - live
        return rows, tombstones

    def _delete_records(self, receipt: ErasureReceipt, report: Callable[[int], object]) -> bool:
        """Scan until a scan finds nothing; return whether one did.

        A scan may miss a record that is written meanwhile.
        """
        for _ in range(_MAX_PASSES):
            deleted_before = receipt.records
            for page in self._person.scan_records():
                receipt.records += sum(self._person.delete_records(page.items))
                report(page.read)
            if receipt.records == deleted_before:
                return True
        return False

    def _wait_for_stream(self) -> None:
        end_s = self._now_s() + self._lag_s
        while self._has_row() and (left_s := end_s - self._now_s()) > 0:
            self._sleep(min(left_s, _POLL_INTERVAL_S))

    def _has_row(self) -> bool:
        return any(is_live(item) for page in self._person.read_rows() for item in page)

    def _bury_rows(self, receipt: ErasureReceipt) -> None:
        """Bury all rows; again while a row that changed meanwhile is left."""
        for _ in range(_MAX_PASSES):
            if not self._has_row():
                return
            for page in self._person.read_rows():
                for records, rows in self._executor.map(self._bury, filter(is_live, page)):
                    receipt.records += records
                    receipt.rows_buried += rows

    def _bury(self, row: Item) -> tuple[int, int]:
        """Delete the row's record if it is the person's, then bury the row.

        Returns:
            The numbers of records deleted and of rows buried.
        """
        row_key, key = row_key_of(row), find_command_key(row)
        record = self._commands.find(key) if key is not None else None
        is_theirs = record is not None and find_string(record, "user_id") == row_key.user_id
        deleted = sum(self._person.delete_records([record])) if record and is_theirs else 0
        replacement = self._repairer.plan_orphan(row_key)
        is_buried = replacement is not None and self._repairer.replace(replacement)
        return deleted, int(is_buried)
