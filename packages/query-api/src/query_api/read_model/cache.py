"""Pages kept for a moment, and one read for all who ask the same at once."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic
from typing import Final

from notification_models.served_attributes import SERVED_ATTRIBUTES
from query_api.read_model.port import Page, ReadModel, RowQuery

MAX_PAGE_CHARACTERS: Final = 64 * 1024
"""A page with more text is not kept, so that so many entries need only so much memory."""

_TEXTS: Final = [name for name, type_ in SERVED_ATTRIBUTES.items() if type_ in {str, str | None}]


class CachedReadModel:
    """A `ReadModel` that answers from memory what it answered a moment ago; never an error.

    A page is known by its whole query. Those asked for longest ago make room for others.

    Args:
        ttl_s: seconds for which a page is kept.
        clock: seconds; never goes back.
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
        """Count the pages kept."""
        return len(self._entries)

    async def get_page(self, query: RowQuery) -> Page:
        """Answer a query; see `ReadModel.get_page`. A page that was read before counts no reads."""
        page = self._find_fresh(query)
        if page is not None:
            return page
        flight = self._flights.get(query)
        if flight is not None:
            return replace(await self._join(query, flight), reads=0)
        flight = self._flights[query] = _Flight(asyncio.create_task(self._read(query)))
        return await self._join(query, flight)

    def _find_fresh(self, query: RowQuery) -> Page | None:
        entry = self._entries.pop(query, None)
        if entry is None or entry.expires_at_s <= self._clock():
            return None
        self._entries[query] = entry  # once more, at the end: it was asked for last
        return entry.page

    async def _read(self, query: RowQuery) -> Page:
        try:
            page = await self._read_model.get_page(query)
        finally:
            # Another one may be there already, if this one was given up.
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
        """Wait for a read that others wait for too; the last one to give up cancels it."""
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
            del self._flights[query]  # it is of no use to anybody who asks from now on
            flight.task.cancel()
        elif not flight.task.cancelled():
            flight.task.exception()  # seen, though perhaps by nobody; else asyncio logs its text


@dataclass(slots=True)
class _Flight:
    """A read under way."""

    task: asyncio.Task[Page]
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class _Entry:
    """A page that may be answered again for a while."""

    page: Page
    expires_at_s: float


def _count_characters(page: Page) -> int:
    return sum(len(getattr(row, name) or "") for row in page.rows for name in _TEXTS)
