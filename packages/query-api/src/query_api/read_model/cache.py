"""A cache of pages; concurrent equal queries share one read."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic
from typing import Final

from notification_models.served_attributes import SERVED_ATTRIBUTES
from query_api.read_model.port import CountQuery, Counts, Page, ReadModel, RowQuery

MAX_PAGE_CHARACTERS: Final = 64 * 1024
"""Larger pages are not cached; memory is bounded by `max_entries` x 64 KiB."""

_TEXTS: Final = [name for name, type_ in SERVED_ATTRIBUTES.items() if type_ in {str, str | None}]


class CachedReadModel:
    """A `ReadModel` that keeps the pages of another one for a while, but not its errors.

    The key of a page is its whole query. Least recently used pages are evicted.

    Args:
        ttl_s: seconds to keep a page.
        clock: monotonic, in seconds.
    """

    def __init__(
        self,
        read_model: ReadModel,
        *,
        ttl_s: float,
        max_entries: int,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._read_model = read_model
        self._ttl_s = ttl_s
        self._max_entries = max_entries
        self._clock = clock
        self._entries: dict[RowQuery, _Entry] = {}
        self._flights: dict[RowQuery, _Flight] = {}

    def __len__(self) -> int:
        """Return the number of cached pages."""
        return len(self._entries)

    async def get_page(self, query: RowQuery) -> Page:
        """See `ReadModel.get_page`. A cached or shared page counts no reads."""
        page = self._find_fresh(query)
        if page is not None:
            return page
        flight = self._flights.get(query)
        if flight is not None:
            return replace(await self._join(query, flight), reads=0)
        flight = self._flights[query] = _Flight(asyncio.create_task(self._read(query)))
        return await self._join(query, flight)

    async def count(self, query: CountQuery) -> Counts:
        """See `ReadModel.count`.

        Not cached: how far a count came is a matter of its time, and the rest of the walk depends
        on it.
        """
        return await self._read_model.count(query)

    def _find_fresh(self, query: RowQuery) -> Page | None:
        entry = self._entries.pop(query, None)
        if entry is None or entry.expires_at_s <= self._clock():
            return None
        self._entries[query] = entry  # moves to the end: most recently used
        return entry.page

    async def _read(self, query: RowQuery) -> Page:
        try:
            page = await self._read_model.get_page(query)
        finally:
            # If this flight was given up, another one may have taken its place.
            flight = self._flights.get(query)
            if flight and flight.task is asyncio.current_task():
                del self._flights[query]
        self._keep(query, page)
        return page

    def _keep(self, query: RowQuery, page: Page) -> None:
        if _count_characters(page) > MAX_PAGE_CHARACTERS:
            return
        self._entries.pop(query, None)
        self._entries[query] = _Entry(replace(page, reads=0), self._clock() + self._ttl_s)
        if len(self._entries) > self._max_entries:
            del self._entries[next(iter(self._entries))]

    async def _join(self, query: RowQuery, flight: "_Flight") -> Page:
        """Wait for a shared read; the last waiter to give up cancels it."""
        flight.waiting += 1
        try:
            await asyncio.wait([flight.task])
        finally:
            flight.waiting -= 1
            if not flight.waiting:
                self._give_up(query, flight)
        return flight.task.result()

    def _give_up(self, query: RowQuery, flight: "_Flight") -> None:
        if not flight.task.done():
            del self._flights[query]  # later queries must not join it
            flight.task.cancel()
        elif not flight.task.cancelled():
            flight.task.exception()  # retrieved, else asyncio logs its text


@dataclass(slots=True)
class _Flight:
    """A read in progress."""

    task: asyncio.Task[Page]
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class _Entry:
    """A cached page."""

    page: Page
    expires_at_s: float


def _count_characters(page: Page) -> int:
    return sum(len(getattr(row, name) or "") for row in page.rows for name in _TEXTS)
