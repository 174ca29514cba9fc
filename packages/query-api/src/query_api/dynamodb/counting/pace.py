"""Limits the CPU that all counts of a process take together."""

import asyncio
from typing import Final

_PER_DECODING: Final = 1.4
"""CPU of a read, with receiving and counting its rows, for each second of decoding; measured."""


class Pace:
    """Spaces the reads of counts, so that queries find the CPU free.

    A page of rows takes milliseconds of CPU, hundreds of times as much as a query's. Without a
    limit, counts would use up the share of a core that a container has, and queries would wait.

    Args:
        cpu_share: of a core; 1 for no limit.
    """

    def __init__(self, cpu_share: float) -> None:
        self._cpu_share = cpu_share
        self._turn = asyncio.Lock()
        self._free_s = 0.0
        self._expected_cpu_s = 0.0

    async def start_read(self, latest_s: float) -> float:
        """Wait until another read may start, one after the other.

        Args:
            latest_s: the time of the event loop at which it starts in any case, so that a count
                among others has something to return by its deadline.

        Returns:
            The CPU that is expected, in seconds.
        """
        loop = asyncio.get_running_loop()
        async with self._turn:
            await asyncio.sleep(min(self._free_s, latest_s) - loop.time())
            self._free_s = max(self._free_s, loop.time()) + self._expected_cpu_s / self._cpu_share
            return self._expected_cpu_s

    def end_read(self, expected_cpu_s: float, decoding_cpu_s: float) -> None:
        """Note the CPU that a read took.

        Args:
            expected_cpu_s: what `start_read` returned.
            decoding_cpu_s: seconds of decoding the rows.
        """
        cpu_s = decoding_cpu_s * _PER_DECODING
        self._free_s += (cpu_s - expected_cpu_s) / self._cpu_share
        self._expected_cpu_s = cpu_s
