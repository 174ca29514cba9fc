"""The trial, step by step. The first step that fails ends it, after the record is deleted."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final, TypeAlias

from notification_client import Attribute, NotificationClient, NotificationClientError
from notification_models import CommandRecord
from trials.deployed.exceptions import RecordRefusedError, TrialError
from trials.deployed.record import CommandTable, create_record

Report: TypeAlias = Callable[[str], None]

_BY: Final[tuple[Attribute, ...]] = ("status", "platform")
_POLL_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial of one deployment.

    Attributes:
        timeout_s: how long a change of a record may take to appear in queries.
    """

    client: NotificationClient
    table: CommandTable
    timeout_s: float
    report: Report

    def run(self) -> None:
        """Write a record, query it, delete it, and wait until queries find it no more.

        Raises:
            TrialError: a step failed; the record is deleted, unless the error says otherwise.
        """
        record = create_record()
        with ExitStack() as written:
            written.callback(self._delete, record)  # a write that fails may have arrived
            try:
                self.table.put(record)
            except RecordRefusedError:
                written.pop_all()
                raise
            self.report(f"command record {record.transaction_id} written to {self.table.name}")
            self._wait_until_counted(record, 1)
            self.report("projected: found by user, campaign and transaction, and counted")
        self._wait_until_counted(record, 0)
        self.report("gone from every query")

    def _delete(self, record: CommandRecord) -> None:
        self.table.delete(record)
        self.report("command record deleted")

    def _wait_until_counted(self, record: CommandRecord, expected: int) -> None:
        deadline_s = time.monotonic() + self.timeout_s
        while differences := self._find_differences(record, expected):
            if time.monotonic() > deadline_s:
                seen = ", ".join(differences)
                raise TrialError(
                    f"{record.transaction_id}: expected {expected} everywhere after "
                    f"{self.timeout_s:g} s, but {seen}"
                )
            time.sleep(_POLL_S)

    def _find_differences(self, record: CommandRecord, expected: int) -> list[str]:
        try:
            counts = self._count(record)
        except NotificationClientError as error:
            raise TrialError(f"{record.transaction_id}: the API failed: {error}") from error
        return [f"{query} has {count}" for query, count in counts.items() if count != expected]

    def _count(self, record: CommandRecord) -> dict[str, int]:
        """Count the record in the response of each query."""
        unique = record.transaction_id
        pages = {
            "user": self.client.user(unique),
            "campaign": self.client.campaign(unique),
            "transaction": self.client.transaction(unique),
        }
        summaries = {
            "user's summary": self.client.summarize_user(unique, by=_BY),
            "campaign's summary": self.client.summarize_campaign(unique, by=_BY),
        }
        found = {
            query: sum(_is_of(row.transaction_id, row.status, record) for row in rows)
            for query, rows in pages.items()
        }
        return found | {
            query: sum(each.count for each in summary.groups if each.status == record.status)
            for query, summary in summaries.items()
        }


def _is_of(transaction_id: str, status: str | None, record: CommandRecord) -> bool:
    return transaction_id == record.transaction_id and status == record.status
