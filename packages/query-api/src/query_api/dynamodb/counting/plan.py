"""Decides what to read next of merged partitions, and which rows may be counted; no I/O.

A count ends at one position for all partitions, where the next one begins. So rows are counted down
to the position that every partition has been read to. Rows below it are held back until the other
partitions have followed; when the count ends, the next one reads them again.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from msgspec import Struct

from query_api.read_model.port import Group, UnreadableRow

_MAX_HELD: Final = 1
"""Pages held back of a partition that is read further: it bounds the memory of a count."""


class CountRead(Struct, frozen=True, gc=False):
    """A read of one partition, newest rows first, to the end of a page of DynamoDB.

    Attributes:
        before_key: only rows whose notification key is lower; None starts at the newest.
    """

    partition: str
    before_key: str | None


class CountedPage(Struct, frozen=True, gc=False):
    """The result of a read.

    Attributes:
        keys: the notification keys of the rows, in descending order.
        groups: of each row.
        frontier: the last key evaluated, whether its row is returned or not; None when the
            partition is exhausted.
        unreadable: rows that are left out, with their sort keys.
        without_key: rows that have no place in the order.
    """

    keys: Sequence[str]
    groups: Sequence[Group]
    frontier: str | None
    unreadable: Sequence[tuple[str, UnreadableRow]] = ()
    without_key: Sequence[UnreadableRow] = ()

    def split(self, position: str) -> tuple["CountedPage", "CountedPage"]:
        """Return what is at a position or above it, and what is below it."""
        middle = bisect_left(self.keys, True, key=lambda key: key < position)  # noqa: FBT003 - a value
        above = CountedPage(
            self.keys[:middle],
            self.groups[:middle],
            position,
            [each for each in self.unreadable if each[0] >= position],
        )
        below = CountedPage(
            self.keys[middle:],
            self.groups[middle:],
            self.frontier,
            [each for each in self.unreadable if each[0] < position],
        )
        return above, below


class CountPlan:
    """The reads of merged partitions.

    Args:
        before_key: where the count begins; None for the newest row.
    """

    def __init__(self, partitions: Sequence[str], before_key: str | None) -> None:
        self._partitions = {name: _Partition(name, before_key) for name in partitions}

    @property
    def is_done(self) -> bool:
        """Whether all partitions are exhausted."""
        return all(each.is_exhausted for each in self._partitions.values())

    @property
    def position(self) -> str | None:
        """The lowest key down to which every partition is read; None if one is not read at all."""
        if any(each.is_unread for each in self._partitions.values()):
            return None
        frontiers = [each.frontier for each in self._partitions.values()]
        return max([each for each in frontiers if each is not None], default="")

    def get_reads(self) -> list[CountRead]:
        """Return what to read next, at once.

        The partition that is farthest from its end comes first, because the others wait for it.
        """
        due = [each for each in self._partitions.values() if each.is_due]
        due.sort(key=_get_frontier, reverse=True)
        return [CountRead(each.name, each.frontier) for each in due]

    def add(self, read: CountRead, page: CountedPage) -> None:
        """Add the result of a read."""
        partition = self._partitions[read.partition]
        partition.is_unread = False
        partition.frontier = page.frontier
        partition.held.append(page)

    def take_complete(self) -> Iterator[CountedPage]:
        """Return the rows down to the position, each once."""
        position = self.position
        if position is not None:
            for each in self._partitions.values():
                yield from each.take(position)


@dataclass(slots=True)
class _Partition:
    """What is known of one partition: all of it down to its frontier."""

    name: str
    frontier: str | None
    is_unread: bool = True
    held: deque[CountedPage] = field(default_factory=deque)

    @property
    def is_exhausted(self) -> bool:
        return self.frontier is None and not self.is_unread

    @property
    def is_due(self) -> bool:
        return not self.is_exhausted and len(self.held) <= _MAX_HELD

    def take(self, position: str) -> Iterator[CountedPage]:
        while self.held:
            page = self.held.popleft()
            if (page.frontier or "") < position:
                above, below = page.split(position)
                self.held.appendleft(below)
                yield above
                return
            yield page


def _get_frontier(partition: _Partition) -> str:
    return partition.frontier or ""
