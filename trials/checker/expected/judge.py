"""Judges every write of the read model, and what it holds when all is done."""

import logging
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from trials.checker.expected import oracle
from trials.checker.expected.oracle import Item, Row, RowKey
from trials.checker.senders import SECRET

_TOMBSTONE_LIFETIME_S: Final = 8 * 24 * 60 * 60
_UNVERSIONED: Final = "0"


class CheckFailedError(Exception):
    """The system did what it must not do."""


class Judge:
    """Keeps every state that a command record had, with the version of its change."""

    def __init__(self) -> None:
        self._versions: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._states: dict[tuple[str, str], list[Row | None]] = defaultdict(list)
        self._records: dict[str, tuple[str, str]] = {}
        self._reached = Counter[str | None]()

    def note_change(self, key: tuple[str, str], source: Item | None, version: str) -> None:
        """Note the state of a command record after a change."""
        row = oracle.find_row(source)
        before = self._states[key][-1] if self._states[key] else None
        if row is not None and (before is None or before.get("status") != row.get("status")):
            self._reached[row["status"]["S"] if "status" in row else None] += 1
        self._versions[key].append(version)
        self._states[key].append(row)
        if row is not None:
            self._records[row["notification_key"]["S"]] = key

    def check_write(self, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> None:
        """Check an item that was just written.

        Raises:
            CheckFailedError: its version went backwards, or its record never had such a state, or
                no longer had it at that version.
        """
        version = after["version"]["S"]
        if before is not None and before["version"]["S"] > version:
            raise CheckFailedError(f"a version went backwards: {before} became {after}")
        key = RowKey(after["user_id"]["S"], after["notification_key"]["S"])
        states = self._find_states(key, version)
        if "deleted_at" in after:
            self._check_tombstone(key, after, states)
            return
        content = {name: value for name, value in after.items() if name != "version"}
        if content not in states:
            raise CheckFailedError(f"no state of its record from that version on is {after}")

    def find_record(self, notification_key: str) -> tuple[str, str] | None:
        """Return the key of the command record that ever called for a row of this sort key."""
        return self._records.get(notification_key)

    def check_reached(self, counted: Mapping[str | None, int]) -> None:
        """Check how many notifications reached each status.

        Raises:
            CheckFailedError: some were counted more often than senders wrote them.
        """
        too_many = Counter(counted) - self._reached
        if too_many:
            raise CheckFailedError(f"counted too often: {too_many}")

    @staticmethod
    def _check_tombstone(key: RowKey, item: Mapping[str, Any], states: list[Row | None]) -> None:
        if item.keys() != oracle.TOMBSTONE_ATTRIBUTES:
            raise CheckFailedError(f"a tombstone has other attributes: {item}")
        lifetime_s = int(item["expires_at"]["N"]) - int(item["deleted_at"]["N"]) // 1000
        if lifetime_s != _TOMBSTONE_LIFETIME_S:
            raise CheckFailedError(f"a tombstone lives {lifetime_s} s")
        if all(state is not None and _key_of(state) == key for state in states):
            raise CheckFailedError(f"its record calls for a row that was buried: {item}")

    def _find_states(self, key: RowKey, version: str) -> list[Row | None]:
        """Return the states of a row's record from a version on."""
        record = self.find_record(key.notification_key)
        if record is None:
            return [None]
        first = bisect_left(self._versions[record], version)
        states = self._states[record][first:]
        return [None, *states] if version == _UNVERSIONED else states


def find_called_for(sources: Mapping[Any, Item]) -> dict[RowKey, Row]:
    """Return the rows that all command records call for."""
    rows = filter(None, map(oracle.find_row, sources.values()))
    return {_key_of(row): row for row in rows}


def find_live(items: Mapping[Any, Item]) -> dict[RowKey, Row]:
    """Return the live rows of the read model, without their versions."""
    rows = (
        {name: value for name, value in item.items() if name != "version"}
        for item in items.values()
        if "deleted_at" not in item
    )
    return {_key_of(row): row for row in rows}


def compare(sources: Mapping[Any, Item], items: Mapping[Any, Item]) -> dict[str, list[RowKey]]:
    """Return the keys that differ, by the word of `verify` for the difference."""
    called_for, live = find_called_for(sources), find_live(items)
    return {
        "missing": [key for key in called_for if key not in live],
        "stale": [key for key in called_for if key in live and live[key] != called_for[key]],
        "orphan": [key for key in live if key not in called_for],
    }


def check_public(text: str) -> None:
    """Check a message or a line of the log.

    Raises:
        CheckFailedError: it holds what must not leave the command table.
    """
    if SECRET in text or "a title" in text:
        raise CheckFailedError(f"content of a record is in {text[:500]}")


@contextmanager
def listening_to_logs(note: Callable[[str], None]) -> Iterator[None]:
    """Pass each line that the stream processor logs, with all of its fields."""

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            note(f"{record.getMessage()} {record.__dict__}")

    logger, asyncio_logger = logging.getLogger("stream_processor"), logging.getLogger("asyncio")
    listener = Listener()
    logger.addHandler(listener)
    logger.propagate = False
    asyncio_logger.disabled = True  # it reports what a killed program left behind
    try:
        yield
    finally:
        asyncio_logger.disabled = False
        logger.propagate = True
        logger.removeHandler(listener)


def _key_of(row: Row) -> RowKey:
    return RowKey(row["user_id"]["S"], row["notification_key"]["S"])
