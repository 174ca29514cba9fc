"""Limits what all counts of a process take together: CPU and connections."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

_PER_DECODING: Final = 1.4
"""CPU of a read, with receiving and counting its rows, for each second of decoding; measured."""


class Pace:
    """Spaces the reads of counts, so that queries find the CPU and a connection free.

    A page of rows takes milliseconds of CPU, several times as much as a query. Without a limit,
    counts would use up the share of a core that a container has, and queries would wait.

    Args:
        cpu_share: of a core; 1 for no limit.
        max_reads: most reads at once.
    """

    def __init__(self, *, cpu_share: float, max_reads: int) -> None:
        self._cpu_share = cpu_share
        self._reads = asyncio.Semaphore(max_reads)
        self._turn = asyncio.Lock()
        self._free_s = 0.0
        self._expected_cpu_s = 0.0

    @asynccontextmanager
    async def reading(self, latest_s: float) -> AsyncIterator[Callable[[float], None]]:
        """Wait until another read may start, one after the other.

        Args:
            latest_s: the time of the event loop at which it does not wait for CPU any more, so
                that a count among others has something to return by its deadline.

        Yields:
            What to call with the seconds of CPU that decoding the rows took.
        """
        async with self._reads:
            expected_cpu_s = await self._wait(latest_s)

            def note(decoding_cpu_s: float) -> None:
                cpu_s = decoding_cpu_s * _PER_DECODING
                self._free_s += (cpu_s - expected_cpu_s) / self._cpu_share
                self._expected_cpu_s = cpu_s

            yield note

    async def _wait(self, latest_s: float) -> float:
        """Wait for the CPU, and return how much of it the read is expected to take."""
        loop = asyncio.get_running_loop()
        async with self._turn:
            await asyncio.sleep(min(self._free_s, latest_s) - loop.time())
            self._free_s = max(self._free_s, loop.time()) + self._expected_cpu_s / self._cpu_share
            return self._expected_cpu_s
