"""Builds one page from several partitions, over reads that may come back short; no I/O.

DynamoDB applies `Limit` before the filter and ends a read at 1 MB, so a read is complete only down
to the last key it evaluated: the partition's frontier. Merged rows are complete down to the highest
frontier of the partitions that are not exhausted, and a page holds only such rows.

Groups of partitions are read in their order, since the first one usually fills the page. After a
group that was exhausted by one read, several are read at once: a month without failures takes four
rounds.

Keys are taken as unique. They are in the table; in an index two rows share a key while a
notification moves to another user, and a page that ends between them shows only the first.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from heapq import merge
from itertools import islice
from typing import Any, Final

from query_api.dynamodb.partition import KeyedRow, PartitionPage, PartitionRead
from query_api.read_model.notification import Notification
from query_api.read_model.port import Page, RowQuery, UnreadableRow
from query_api.read_model.queries import find_upper_bound

MAX_ROUNDS: Final = 5
"""Reads of each partition for one page; partitions are read concurrently, so it bounds the time."""

_MAX_EVALUATED: Final = 1000
_MIN_SHARED: Final = 16
_FILTERED_EVALUATED: Final = 100
_GROWTH: Final = 10
_GROWTH_OF_GROUPS: Final = 3


async def read_merged_page(
    query: RowQuery, read: Callable[[PartitionRead], Coroutine[Any, Any, PartitionPage]]
) -> Page:
    """Read until the page is full, the partitions are exhausted, or `MAX_ROUNDS` are done.

    Looks for one row more than the limit, so that `next_position` is set only if there is more.

    Args:
        read: does one read; a page with a frontier must be nearer to the partition's end.
    """
    selection = query.selection
    if selection.is_empty:
        return Page((), None)
    wanted = selection.limit + 1
    progress = _Progress(
        wanted=wanted,
        partitions=[
            _Partition(name, bound, number)
            for number, group in enumerate(query.groups)
            for bound in (find_upper_bound(query, group),)
            for name in group
        ],
        evaluated=max(wanted, _FILTERED_EVALUATED) if selection.filters else wanted,
    )
    for _ in range(MAX_ROUNDS):
        behind = progress.find_behind()
        if not behind:
            break
        limit = progress.get_read_limit()
        reads = [read(PartitionRead(each.name, each.frontier, limit)) for each in behind]
        progress.add(behind, await _wait_for_all(reads))
    return progress.build_page()


async def _wait_for_all(
    reads: Sequence[Coroutine[Any, Any, PartitionPage]],
) -> Sequence[PartitionPage]:
    if len(reads) == 1:
        return [await reads[0]]  # avoids the task that gather would create
    return await asyncio.gather(*reads)


@dataclass(slots=True)
class _Partition:
    """The rows known of one partition: all of them down to its frontier."""

    name: str
    frontier: str | None
    group: int
    is_exhausted: bool = False
    rows: list[KeyedRow] = field(default_factory=list)

    def add(self, page: PartitionPage) -> None:
        self.rows += page.rows
        self.frontier = page.frontier
        self.is_exhausted = page.frontier is None


@dataclass(slots=True)
class _Progress:
    """How far the partitions have been read towards the wanted number of rows.

    Attributes:
        evaluated: rows to evaluate in each partition of a group that is read alone.
        groups_at_once: groups to read in the next round.
    """

    wanted: int
    partitions: list[_Partition]
    evaluated: int
    groups_at_once: int = 1
    reads: int = 0
    unreadable: tuple[UnreadableRow, ...] = ()

    def find_behind(self) -> list[_Partition]:
        """Return the partitions to read next: their unread part may still hold a wanted row."""
        unread = [each for each in self.partitions if not each.is_exhausted]
        if not unread:
            return []
        end = unread[0].group + self.groups_at_once
        nearest = [each for each in unread if each.group < end]
        best = self._get_best()
        if len(best) < self.wanted:
            return nearest
        last_key = best[-1][0]
        return [each for each in nearest if each.frontier is None or each.frontier > last_key]

    def get_read_limit(self) -> int:
        """Return the rows that a read of the next round evaluates; groups read at once share."""
        if self.groups_at_once == 1:
            return self.evaluated
        return max(self.evaluated // self.groups_at_once, min(self.evaluated, _MIN_SHARED))

    def add(self, partitions: Sequence[_Partition], pages: Sequence[PartitionPage]) -> None:
        """Add the pages of a round."""
        is_cut = False
        for partition, page in zip(partitions, pages, strict=True):
            partition.add(page)
            is_cut |= page.frontier is not None
            self.unreadable += page.without_key
        self.reads += len(pages)
        if is_cut:
            self.groups_at_once = 1
            self.evaluated = min(self.evaluated * _GROWTH, _MAX_EVALUATED)
        else:
            self.groups_at_once *= _GROWTH_OF_GROUPS

    def build_page(self) -> Page:
        """Return the rows that are complete: those above the highest frontier.

        Unless they fill the page, the next page starts at that frontier and finds the rows below it
        again.
        """
        limit = self.wanted - 1
        frontier = max([each.frontier for each in self.partitions if each.frontier], default=None)
        complete = self._get_best()
        if frontier is not None:
            complete = [keyed for keyed in complete if keyed[0] >= frontier]
        next_position = complete[limit - 1][0] if len(complete) > limit else frontier
        rows, unreadable = _separate(complete[:limit])
        return Page(rows, next_position, self.reads, self.unreadable + unreadable)

    def _get_best(self) -> list[KeyedRow]:
        if len(self.partitions) == 1:
            return self.partitions[0].rows[: self.wanted]
        found = [each.rows for each in self.partitions if each.rows]
        return list(islice(merge(*found, key=_get_key, reverse=True), self.wanted))


def _separate(
    keyed_rows: Sequence[KeyedRow],
) -> tuple[tuple[Notification, ...], tuple[UnreadableRow, ...]]:
    # Lists are faster here than generators.
    rows = tuple([row for _, row in keyed_rows if type(row) is Notification])
    if len(rows) == len(keyed_rows):
        return rows, ()
    return rows, tuple([row for _, row in keyed_rows if type(row) is UnreadableRow])


def _get_key(keyed: KeyedRow) -> str:
    return keyed[0]
