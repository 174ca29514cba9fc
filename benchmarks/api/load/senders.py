"""Puts load on a service and checks every response."""

import asyncio
import math
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import uvloop

from benchmarks.api.load.connection import Connection, connect

CONNECTIONS: Final = 16

# Enough that a request rarely waits for a free one.
_CONNECTIONS_AT_A_RATE: Final = 64
_GRACE_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Load:
    """The responses of a service.

    Attributes:
        latencies_s: the latencies of right responses, ascending.
        errors: requests with a wrong response or none.
    """

    wall_s: float
    latencies_s: Sequence[float]
    errors: int

    def get_percentile_ms(self, percent: float) -> float:
        """Return a percentile of the latencies, by the nearest rank."""
        rank = math.ceil(len(self.latencies_s) * percent / 100)
        return self.latencies_s[max(0, rank - 1)] * 1000


def send_without_pause(port: int, requests: Iterator[bytes], rows: int) -> Load:
    """Send on 16 connections, each request as soon as the last one has its response.

    Args:
        rows: the rows of a right response.

    Raises:
        ConnectionError: a connection was lost.
    """
    return uvloop.run(_Unpaused(requests).run(port, rows))


def send_at_a_rate(port: int, requests: Sequence[bytes], rows: int, *, per_s: float) -> Load:
    """Send at fixed times, however slow the service is; arguments as in `send_without_pause`.

    A latency counts from the time at which its request was due, so a stall is not hidden.
    """
    return uvloop.run(_AtARate().run(port, requests, rows, 1 / per_s))


class _Unpaused:
    """Each connection sends the next request after a response, until there are none left."""

    def __init__(self, requests: Iterator[bytes]) -> None:
        self._requests = requests
        self._latencies_s: list[float] = []
        self._errors = 0
        self._active = CONNECTIONS

    async def run(self, port: int, rows: int) -> Load:
        self._done = asyncio.get_running_loop().create_future()
        connections = await connect(port, rows, CONNECTIONS, self._note_response)
        started_s = time.perf_counter()
        for connection in connections:
            self._send_next(connection)
        await self._done
        wall_s = time.perf_counter() - started_s
        for connection in connections:
            connection.close()
        return Load(wall_s, sorted(self._latencies_s), self._errors)

    def _send_next(self, connection: Connection) -> None:
        request = next(self._requests, None)
        if request is not None:
            connection.send(request, time.perf_counter())
            return
        self._active -= 1
        if not self._active:
            self._done.set_result(None)

    def _note_response(self, connection: Connection, is_right: bool) -> None:  # noqa: FBT001 - OnResponse
        if is_right:
            self._latencies_s.append(time.perf_counter() - connection.sent_at_s)
        else:
            self._errors += 1
        if not connection.is_lost:
            self._send_next(connection)
        elif not self._done.done():
            self._done.set_exception(ConnectionError("connection lost while a response was due"))


class _AtARate:
    """Requests become due at fixed times and use any free connection."""

    def __init__(self) -> None:
        self._latencies_s: list[float] = []
        self._due: deque[tuple[bytes, float]] = deque()
        self._free: deque[Connection] = deque()
        self._outstanding = 0
        self._all_done = asyncio.Event()

    async def run(self, port: int, requests: Sequence[bytes], rows: int, interval_s: float) -> Load:
        connections = await connect(port, rows, _CONNECTIONS_AT_A_RATE, self._note_response)
        self._free.extend(connections)
        self._outstanding = len(requests)
        started_s = time.perf_counter()
        for number, request in enumerate(requests):
            due_s = started_s + number * interval_s
            await asyncio.sleep(max(0.0, due_s - time.perf_counter()))
            self._due.append((request, due_s))
            self._send_next()
        with suppress(TimeoutError):  # what has no response by then counts as an error
            await asyncio.wait_for(self._all_done.wait(), _GRACE_S)
        wall_s = time.perf_counter() - started_s
        for connection in connections:
            connection.close()
        return Load(wall_s, sorted(self._latencies_s), len(requests) - len(self._latencies_s))

    def _send_next(self) -> None:
        while self._due and self._free:
            connection = self._free.popleft()
            if not connection.is_lost:
                connection.send(*self._due.popleft())

    def _note_response(self, connection: Connection, is_right: bool) -> None:  # noqa: FBT001 - OnResponse
        if is_right:
            self._latencies_s.append(time.perf_counter() - connection.sent_at_s)
        self._outstanding -= 1
        if not self._outstanding:
            self._all_done.set()
        self._free.append(connection)
        self._send_next()
