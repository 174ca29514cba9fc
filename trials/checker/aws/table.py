"""A DynamoDB table in memory, whose eventually consistent reads and indexes lag behind it.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html
"""

import json
import random
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, TypeAlias
from zlib import crc32

from aws_client import ConditionFailedError, InvalidRequestError
from trials.checker.aws.expressions import is_met, project

Item: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[str, str]
Request: TypeAlias = Mapping[str, Any]
OnWrite: TypeAlias = Callable[[Key, Item | None, Item | None], None]
"""Receives a key, and its item before and after the write."""

_REPLICA_LAG_MS: Final = 1000
_LONGEST_PAGE: Final = 8
_MAX_ITEM_BYTES: Final = 400 * 1024
_MAX_KEY_BYTES: Final = (2048, 1024)


@dataclass(frozen=True, slots=True)
class KeyNames:
    """Names of the partition key and the sort key of a table or an index."""

    partition: str
    sort: str

    def of(self, item: Mapping[str, Any]) -> Key:
        """Return the key of an item, as the texts on the wire."""
        ((_, partition),), ((_, sort),) = item[self.partition].items(), item[self.sort].items()
        return partition, sort

    def are_in(self, item: Mapping[str, Any]) -> bool:
        """Return whether an item has both attributes."""
        return self.partition in item and self.sort in item


@dataclass(slots=True)
class _Index:
    names: KeyNames
    items: dict[Key, Item] = field(default_factory=dict)
    pending: dict[Key, deque[Item | None]] = field(default_factory=dict)


class Table:
    """A table with its indexes. Requests and responses are in the wire format.

    Attributes:
        last_read: key of the item that was read last by its key; None if none was.
    """

    def __init__(
        self,
        names: KeyNames,
        indexes: Mapping[str, KeyNames],
        chance: random.Random,
        now_ms: Callable[[], int],
        on_write: OnWrite,
    ) -> None:
        """Create an empty table.

        Args:
            indexes: by name; each projects all attributes.
            chance: chooses what lagging reads see, and the sizes of pages.
            on_write: called after each write that changed an item.
        """
        self._names = names
        self._indexes = {name: _Index(keys) for name, keys in indexes.items()}
        self._chance = chance
        self._now_ms = now_ms
        self._on_write = on_write
        self._undo: deque[tuple[int, Key, Item | None]] = deque()
        self.items: dict[Key, Item] = {}
        self.last_read: Key | None = None

    def put_item(self, request: Request) -> dict[str, Any]:
        """Write an item, if its condition holds."""
        item = dict(request["Item"])
        self._check(item)
        return self._write(self._names.of(item), item, request)

    def delete_item(self, request: Request) -> dict[str, Any]:
        """Delete an item, if its condition holds."""
        return self._write(self._names.of(request["Key"]), None, request)

    def replace(self, key: Key, item: Item | None) -> None:
        """Write an item, or delete it."""
        before = self.items.get(key)
        if item == before:
            return
        if item is None:
            del self.items[key]
        else:
            self.items[key] = item
        self._undo.append((self._now_ms(), key, before))
        for index in self._indexes.values():
            indexed = item if item is not None and index.names.are_in(item) else None
            index.pending.setdefault(key, deque()).append(indexed)
        self._on_write(key, before, item)

    def read_one(self, key: Item, *, is_consistent: bool) -> Item | None:
        """Read one item."""
        items = self.items if is_consistent else self._view_replica()
        self.last_read = self._names.of(key)
        return items.get(self.last_read)

    def scan(self, request: Request) -> dict[str, Any]:
        """Read a page of a segment."""
        segment, total = request.get("Segment", 0), request.get("TotalSegments", 1)
        items = self.items if request.get("ConsistentRead") else self._view_replica()
        chosen = [key for key in items if crc32(key[0].encode()) % total == segment]
        chosen.sort(key=lambda key: (crc32(key[0].encode()), key))
        start = request.get("ExclusiveStartKey")
        if start is not None:
            after = self._names.of(start)
            position = (crc32(after[0].encode()), after)
            chosen = [key for key in chosen if (crc32(key[0].encode()), key) > position]
        return self._page([items[key] for key in chosen], request)

    def query(self, request: Request) -> dict[str, Any]:
        """Read a page of a partition, of the table or of an index."""
        name = request.get("IndexName")
        if name is not None:
            self.catch_up(self._chance.randrange(4))
            names = self._indexes[name].names
            items: Mapping[Key, Item] = self._indexes[name].items
        else:
            items = self.items if request.get("ConsistentRead") else self._view_replica()
            names = self._names
        condition = request["KeyConditionExpression"]
        found = [item for item in items.values() if is_met(condition, item, request)]
        found.sort(key=lambda item: (names.of(item), self._names.of(item)))
        start = request.get("ExclusiveStartKey")
        if start is not None:
            position = (names.of(start), self._names.of(start))
            found = [item for item in found if (names.of(item), self._names.of(item)) > position]
        return self._page(found, request, names)

    def catch_up(self, steps: int | None = None) -> None:
        """Bring the indexes forward by some writes, in any order between items, or wholly."""
        for index in self._indexes.values():
            count = sum(map(len, index.pending.values()))
            for _ in range(count if steps is None else min(steps, count)):
                key = self._chance.choice(list(index.pending))
                writes = index.pending[key]
                item = writes.popleft()
                if not writes:
                    del index.pending[key]
                if item is None:
                    index.items.pop(key, None)
                else:
                    index.items[key] = item

    def _write(self, key: Key, item: Item | None, request: Request) -> dict[str, Any]:
        condition = request.get("ConditionExpression")
        if condition and not is_met(condition, self.items.get(key, {}), request):
            raise ConditionFailedError("ConditionalCheckFailedException")
        before = self.items.get(key)
        self.replace(key, item)
        is_returned = request.get("ReturnValues") == "ALL_OLD" and before is not None
        return {"Attributes": before} if is_returned else {}

    def _page(
        self, items: list[Item], request: Request, names: KeyNames | None = None
    ) -> dict[str, Any]:
        size = self._chance.randint(1, _LONGEST_PAGE)
        page = items[:size]
        wanted = request.get("FilterExpression")
        found = [item for item in page if wanted is None or is_met(wanted, item, request)]
        response: dict[str, Any] = {
            "Items": [project(item, request) for item in found],
            "ScannedCount": len(page),
        }
        if len(items) > size:
            keys = {*_names(self._names), *(_names(names) if names else ())}
            response["LastEvaluatedKey"] = {name: page[-1][name] for name in sorted(keys)}
        return response

    def _view_replica(self) -> Mapping[Key, Item]:
        """Return the items as they were at a moment of the last second."""
        oldest_ms = self._now_ms() - _REPLICA_LAG_MS
        while self._undo and self._undo[0][0] < oldest_ms:
            self._undo.popleft()
        steps = self._chance.randint(0, len(self._undo))
        if steps == 0:
            return self.items
        items = dict(self.items)
        for _, key, before in list(self._undo)[len(self._undo) - steps :][::-1]:
            if before is None:
                items.pop(key, None)
            else:
                items[key] = before
        return items

    def _check(self, item: Item) -> None:
        """Refuse an item as DynamoDB does: a key that is no key, or more than 400 KB."""
        for names in (self._names, *(index.names for index in self._indexes.values())):
            for name, limit in zip(_names(names), _MAX_KEY_BYTES, strict=True):
                if name not in item and names is not self._names:
                    continue
                kind, value = next(iter(item[name].items()))
                is_number = kind == "N" and Decimal(value).is_finite()
                is_text = kind == "S" and 0 < len(value.encode()) <= limit
                if not (is_number or is_text):
                    raise InvalidRequestError("ValidationException")
        if len(json.dumps(item, ensure_ascii=False).encode()) > _MAX_ITEM_BYTES:
            raise InvalidRequestError("ValidationException")


def _names(names: KeyNames) -> tuple[str, str]:
    return names.partition, names.sort
