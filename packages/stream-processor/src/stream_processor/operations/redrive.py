"""Brings into the read model what was set aside: poison records and batches Lambda gave up on.

What was set aside only tells which records to look at. Each is repaired from what the command table
says now, so it does not matter how old an entry is, how often it is redriven, or what has become of
the record since.
"""

from collections.abc import Generator, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Protocol

from notification_models import InvalidRecordError
from notification_models.attribute_value import find_string
from stream_processor.exceptions import (
    ReadModelWriteError,
    RecordGoneError,
    RepairContendedError,
    TableReadError,
)
from stream_processor.operations.repair import NO_CHANGE, UNVERSIONED, FailedChange, Repairer
from stream_processor.stream.stream_record import RawStreamRecord, decode_stream_record
from stream_processor.tables.command_table import CommandKey


def decode_failed_changes(
    records: Iterable[RawStreamRecord],
) -> dict[CommandKey, FailedChange]:
    """Read from raw stream records that were set aside what their repair needs.

    Several changes of one command record become one, with the highest version.

    Raises:
        InvalidRecordError: a record does not tell its key.
        LookupError, TypeError, AttributeError: it is no stream record at all.
    """
    changes: dict[CommandKey, FailedChange] = {}
    for record in records:
        key = CommandKey.from_item(record["dynamodb"]["Keys"])
        known = changes.get(key, NO_CHANGE)
        changes[key] = FailedChange(
            max(known.version, _find_version(record)), known.user_ids | _find_user_ids(record)
        )
    return changes


def _find_version(record: RawStreamRecord) -> str:
    try:
        return decode_stream_record(record).version
    except InvalidRecordError:
        # Set aside for lacking a part of a stream record: it has no version to give.
        return UNVERSIONED


def _find_user_ids(record: RawStreamRecord) -> frozenset[str]:
    images = (record["dynamodb"].get(name, {}) for name in ("OldImage", "NewImage"))
    return frozenset(
        user_id for image in images if (user_id := find_string(image, "user_id")) is not None
    )


@dataclass(frozen=True, slots=True)
class FailureEntry:
    """One thing that was set aside.

    Attributes:
        name: how the operator finds it: a message id, an object's key.
        handle: how its store finds it.
        changes: the command records it is about, and what became of them.
        defect: why it cannot be read, None if it can.
    """

    name: str
    handle: str
    changes: Mapping[CommandKey, FailedChange] = field(default_factory=dict)
    defect: str | None = None


class FailureStore(Protocol):
    """Port: where failures were set aside. Every method raises `FailureStoreError`."""

    def list_entries(self) -> Generator[FailureEntry, None, None]:
        """Give every entry once."""

    def delete(self, entry: FailureEntry) -> None:
        """Forget an entry that is done with."""

    def release(self, entry: FailureEntry) -> None:
        """Keep an entry for another time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedrivenEntry:
    """What became of an entry.

    Attributes:
        records: command records it is about.
        repaired: records of which a row was written, or would be in a dry run.
        remaining: why it is kept, one reason for each record that was not repaired.
    """

    name: str
    records: int
    repaired: int
    remaining: tuple[str, ...]


def redrive(
    store: FailureStore, repairer: Repairer, *, is_dry_run: bool = False
) -> Generator[RedrivenEntry, None, None]:
    """Repair what every entry is about, and delete the entries that are done with.

    In a dry run nothing is written or deleted.

    Raises:
        FailureStoreError: the store failed. Redriving again is safe.
    """
    with closing(store.list_entries()) as entries:
        for entry in entries:
            repaired, remaining = _repair_all(entry, repairer, is_dry_run=is_dry_run)
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
    repair = repairer.plan if is_dry_run else repairer.repair
    for key, change in entry.changes.items():
        try:
            repaired += bool(repair(key, change))
        except InvalidRecordError as poison:
            remaining.append(f"the command record is poison still: {poison}")
        except (
            RecordGoneError,
            RepairContendedError,
            TableReadError,
            ReadModelWriteError,
        ) as error:
            remaining.append(str(error))
    return repaired, remaining
