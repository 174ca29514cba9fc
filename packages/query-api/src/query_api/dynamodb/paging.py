"""One page out of several partitions, from reads that may come back short; no I/O.

DynamoDB applies `Limit` before the filter, and ends a read at 1 MB: what a read returns is complete
only down to the key it looked at last, the partition's frontier. Merged rows are therefore complete
down to the highest frontier of those partitions that are not exhausted, and only such rows are
answered.

Keys are taken as unique. They are in the table; in an index two rows share one for the moment in
which a notification moves to another user, and a page that ends between them shows only the first.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from heapq import merge
from itertools import islice
from typing import Any, Final, Generic, TypeVar

from query_api.read_model.port import RowQuery

RowT = TypeVar("RowT")

MAX_ROUNDS: Final = 5
"""Reads of one partition for one answer. All partitions are read at once, so it bounds the time."""

_MAX_EVALUATED: Final = 1000
_FILTERED_EVALUATED: Final = 100
_GROWTH: Final = 10


@dataclass(frozen=True, slots=True)
class PartitionRead:
    """One read of one partition, newest rows first.

    Attributes:
        before_key: only rows whose notification key is lower; None from the newest on.
        limit: rows to look at, before any filter.
    """

    partition: str
    before_key: str | None
    limit: int


@dataclass(frozen=True, slots=True)
class PartitionPage(Generic[RowT]):
    """What a read brought.

    Attributes:
        rows: pairs of notification key and row, in descending order of the keys.
        frontier: the key looked at last, of a row returned or not; None when the partition has
            nothing more.
    """

    rows: list[tuple[str, RowT]]
    frontier: str | None


@dataclass(frozen=True, slots=True)
class MergedPage(Generic[RowT]):
    """Rows of all partitions in one descending order; the rest as in `read_model.Page`."""

    rows: list[RowT]
    next_position: str | None
    reads: int


async def read_merged_page(
    query: RowQuery, read: Callable[[PartitionRead], Coroutine[Any, Any, PartitionPage[RowT]]]
) -> MergedPage[RowT]:
    """Read until the page is full, the partitions are exhausted, or it has cost enough.

    One row more than the limit is looked for, so that a next position tells that there is more.

    Args:
        read: does one read; a page with a frontier must have come nearer to the partition's end.
    """
    selection = query.selection
    if selection.is_empty:
        return MergedPage([], None, 0)
    # Not `_Progress[RowT](…)`: calling the alias costs several times what the instance does.
    progress: _Progress[RowT] = _Progress(
        wanted=selection.limit + 1,
        partitions=[_Partition(name, selection.before_key) for name in query.partitions],
    )
    limit = selection.limit + 1
    if selection.filters:
        limit = max(limit, _FILTERED_EVALUATED)
    for _ in range(MAX_ROUNDS):
        behind = progress.find_behind()
        if not behind:
            break
        reads = [read(PartitionRead(each.name, each.frontier, limit)) for each in behind]
        for partition, page in zip(behind, await _wait_for_all(reads), strict=True):
            partition.add(page)
        progress.reads += len(behind)
        limit = min(limit * _GROWTH, _MAX_EVALUATED)
    return progress.get_page()


async def _wait_for_all(
    reads: Sequence[Coroutine[Any, Any, PartitionPage[RowT]]],
) -> Sequence[PartitionPage[RowT]]:
    if len(reads) == 1:
        return [await reads[0]]  # without the task that gathering would make
    return await asyncio.gather(*reads)


@dataclass(slots=True)
class _Partition(Generic[RowT]):
    """What is known of one partition: everything down to its frontier."""

    name: str
    frontier: str | None
    is_exhausted: bool = False
    rows: list[tuple[str, RowT]] = field(default_factory=list)

    def add(self, page: PartitionPage[RowT]) -> None:
        self.rows += page.rows
        self.frontier = page.frontier
        self.is_exhausted = page.frontier is None


@dataclass(slots=True)
class _Progress(Generic[RowT]):
    """How far the partitions have been read towards the wanted number of rows."""

    wanted: int
    partitions: list[_Partition[RowT]]
    reads: int = 0

    def find_behind(self) -> list[_Partition[RowT]]:
        """Name the partitions whose unread part may still hold one of the wanted rows."""
        unread = [each for each in self.partitions if not each.is_exhausted]
        best = self._get_best()
        if len(best) < self.wanted:
            return unread
        last_key = best[-1][0]
        return [each for each in unread if each.frontier is None or each.frontier > last_key]

    def get_page(self) -> MergedPage[RowT]:
        """Answer what is complete.

        It is complete down to the highest frontier. Unless the page is full above it, the next one
        goes on from there: rows found below are found again then.
        """
        limit = self.wanted - 1
        frontier = max((each.frontier for each in self.partitions if each.frontier), default="")
        complete = [(key, row) for key, row in self._get_best() if key >= frontier]
        if len(complete) > limit:
            next_position: str | None = complete[limit - 1][0]
        else:
            next_position = frontier or None
        return MergedPage([row for _, row in complete[:limit]], next_position, self.reads)

    def _get_best(self) -> list[tuple[str, RowT]]:
        if len(self.partitions) == 1:
            return self.partitions[0].rows[: self.wanted]
        ordered = merge(*(each.rows for each in self.partitions), key=_get_key, reverse=True)
        return list(islice(ordered, self.wanted))


def _get_key(keyed: tuple[str, RowT]) -> str:
    return keyed[0]
