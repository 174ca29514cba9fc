"""Redrives stored failures: poison records, and batches that Lambda discarded.

An entry only says which command records to repair. Each is repaired from the command table as it is
now, so the age of an entry, the number of redrives and later changes of the record do not matter.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Protocol

from notification_models import InvalidRecordError
from stream_processor.exceptions import UNREPAIRABLE, AWSCallError, RecordGoneError
from stream_processor.operations.repair import NO_CHANGE, UNVERSIONED, FailedChange, Repairer
from stream_processor.stream.change_identity import ChangeIdentity
from stream_processor.tables.command_table import CommandKey


@dataclass(frozen=True, slots=True)
class FailureEntry:
    """A message or object of a failure store.

    Attributes:
        name: identifies it for the operator: a message id, an object's key.
        handle: identifies it for its store.
        changes: its command records, and their changes that failed.
        defect: why it, or a part of it, cannot be read; None if it can.
    """

    name: str
    handle: str
    changes: Mapping[CommandKey, FailedChange] = field(default_factory=dict)
    defect: str | None = None


def create_entry(name: str, handle: str, identities: Sequence[ChangeIdentity]) -> FailureEntry:
    """Create the entry that holds these changes.

    Several changes of one command record become one, with the highest version. Changes of no known
    command record are a defect of the entry, and do not keep the others from being repaired.
    """
    changes: dict[CommandKey, FailedChange] = {}
    unknown = 0
    for each in identities:
        if each.transaction_id is None or each.created_at is None:
            unknown += 1
            continue
        key = CommandKey(each.transaction_id, each.created_at)
        known = changes.get(key, NO_CHANGE)
        changes[key] = FailedChange(
            max(known.version, each.version or UNVERSIONED), known.user_ids.union(each.user_ids)
        )
    defect = f"{unknown} of {len(identities)} stream records have no key" if unknown else None
    return FailureEntry(name, handle, changes, defect)


class FailureStore(Protocol):
    """Port: a store of failures. Every method raises `FailureStoreError`."""

    def list_entries(self) -> Generator[FailureEntry, None, None]:
        """List every entry once."""

    def delete(self, entry: FailureEntry) -> None:
        """Delete an entry."""

    def release(self, entry: FailureEntry) -> None:
        """Keep an entry for a later redrive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedrivenEntry:
    """The result of redriving an entry.

    Attributes:
        records: its command records.
        repaired: records of which a row was written, or would be in a dry run.
        remaining: why the entry is kept: a reason for each record that was not repaired.
    """

    name: str
    records: int
    repaired: int
    remaining: tuple[str, ...]


def redrive(
    store: FailureStore, repairer: Repairer, *, is_dry_run: bool = False
) -> Generator[RedrivenEntry, None, None]:
    """Repair the command records of every entry, and delete each entry that is repaired whole.

    A dry run writes and deletes nothing.

    Raises:
        FailureStoreError, TableReadError, ReadModelWriteError: the store or DynamoDB failed.
            Repeating the redrive is safe.
    """
    with closing(store.list_entries()) as entries:
        for entry in entries:
            try:
                repaired, remaining = _repair_all(entry, repairer, is_dry_run=is_dry_run)
            except AWSCallError:
                store.release(entry)
                raise
            if remaining or is_dry_run:
                store.release(entry)
            else:
                store.delete(entry)
            yield RedrivenEntry(
                name=entry.name,
                records=len(entry.changes),
                repaired=repaired,
                remaining=tuple(remaining),
            )


def _repair_all(
    entry: FailureEntry, repairer: Repairer, *, is_dry_run: bool
) -> tuple[int, list[str]]:
    repaired = 0
    remaining = [entry.defect] if entry.defect is not None else []
    repair = repairer.needs_repair if is_dry_run else repairer.repair
    for key, change in entry.changes.items():
        try:
            repaired += repair(key, change)
        except InvalidRecordError as poison:
            remaining.append(f"the command record is still poison: {poison}")
        except (RecordGoneError, *UNREPAIRABLE) as error:
            remaining.append(str(error))
    return repaired, remaining
