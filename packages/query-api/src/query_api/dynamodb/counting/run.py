"""Runs a count: as many reads as there is time for."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, TypeAlias

from query_api.dynamodb.counting.plan import CountedPage, CountPlan, CountRead
from query_api.read_model.counts import Tally
from query_api.read_model.port import CountQuery, Counts
from query_api.read_model.queries import find_upper_bound

Read: TypeAlias = Callable[[CountRead], Coroutine[Any, Any, CountedPage]]
"""Does one read; a page with a frontier is nearer to the partition's end."""


async def count_rows(query: CountQuery, read: Read, *, time_s: float) -> Counts:
    """Count the newest rows, or all of them if there is time.

    It ends in time if it has counted anything by then, and gives up reads that are not over.
    Otherwise it ends with the first rows that it can count, however long that takes.

    Args:
        time_s: seconds from now.
    """
    if query.rows.selection.is_empty:
        return Tally().build_counts(None, reads=0)
    return await _Run(query, read, time_s).count()


class _Run:
    def __init__(self, query: CountQuery, read: Read, time_s: float) -> None:
        self._rows = query.rows
        self._read = read
        self._tally = Tally()
        self._reads = 0
        self._has_progress = False
        self._loop = asyncio.get_running_loop()
        self._end_s = self._loop.time() + time_s
        self._last_round_s = 0.0

    async def count(self) -> Counts:
        """Count one group of partitions after another."""
        for partitions in self._rows.groups:
            position = find_upper_bound(self._rows, partitions)
            if self._is_over():
                return self._tally.build_counts(position, self._reads)
            plan = CountPlan(partitions, position)
            await self._read_group(plan)
            if not plan.is_done:
                return self._tally.build_counts(plan.position or position, self._reads)
        return self._tally.build_counts(None, self._reads)

    async def _read_group(self, plan: CountPlan) -> None:
        """Read in rounds until the partitions are exhausted or the time is over.

        Rows count only once all partitions have been read down to them, so a round that does not
        end in time would be in vain.
        """
        while not (plan.is_done or self._is_over()):
            started_s = self._loop.time()
            for read, page in await self._read_round(plan.get_reads()):
                plan.add(read, page)
                self._tally.add_unreadable(page.without_key)
            for page in plan.take_complete():
                self._tally.add(page.keys, page.groups)
                self._tally.add_unreadable([row for _, row in page.unreadable])
                self._has_progress = True
            self._last_round_s = self._loop.time() - started_s

    async def _read_round(self, reads: Sequence[CountRead]) -> list[tuple[CountRead, CountedPage]]:
        """Return the pages of the reads that are over in time, and give up the others."""
        self._reads += len(reads)
        tasks = {asyncio.create_task(self._read(each)): each for each in reads}
        time_s = max(0.0, self._end_s - self._loop.time()) if self._has_progress else None
        try:
            done, _ = await asyncio.wait(tasks, timeout=time_s, return_when=asyncio.FIRST_EXCEPTION)
            return [(tasks[task], task.result()) for task in done]
        finally:
            await _give_up(tasks)

    def _is_over(self) -> bool:
        """Return whether one more round would end too late."""
        return self._has_progress and self._loop.time() + self._last_round_s > self._end_s


async def _give_up(tasks: Iterable[asyncio.Task[CountedPage]]) -> None:
    for task in tasks:
        task.cancel()
    # Several may have failed at once. asyncio logs the text of an error that nobody has seen.
    await asyncio.gather(*tasks, return_exceptions=True)
