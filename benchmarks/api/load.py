"""Load on a service, every answer checked."""

import asyncio
import math
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import uvloop

from benchmarks.api.connection import Connection, connect

CONNECTIONS: Final = 16

# Enough that a request hardly ever waits for one to be free.
_CONNECTIONS_AT_A_RATE: Final = 64
_GRACE_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Load:
    """What a service did.

    Attributes:
        latencies_s: of the right answers, ascending.
        errors: requests with another answer or with none.
    """

    wall_s: float
    latencies_s: Sequence[float]
    errors: int

    def get_percentile_ms(self, percent: float) -> float:
        """Take a percentile of the latencies, by the nearest rank."""
        rank = math.ceil(len(self.latencies_s) * percent / 100)
        return self.latencies_s[max(0, rank - 1)] * 1000


def ask_without_pause(port: int, requests: Iterator[bytes], rows: int) -> Load:
    """Have 16 connections each ask again as soon as they are answered.

    Args:
        rows: that every right answer has.

    Raises:
        ConnectionError: a connection was lost.
    """
    return uvloop.run(_Unpaused(requests).run(port, rows))


def ask_at_a_rate(port: int, requests: Sequence[bytes], rows: int, *, per_s: float) -> Load:
    """Ask at fixed times, whatever the service does; arguments as in `ask_without_pause`.

    A latency counts from the time at which the request was due: a service that stalls cannot hide
    what had to wait meanwhile.
    """
    return uvloop.run(_AtARate().run(port, requests, rows, 1 / per_s))


class _Unpaused:
    """Every connection asks again when it is answered, until there is nothing more to ask."""

    def __init__(self, requests: Iterator[bytes]) -> None:
        self._requests = requests
        self._latencies_s: list[float] = []
        self._errors = 0
        self._asking = CONNECTIONS

    async def run(self, port: int, rows: int) -> Load:
        self._done = asyncio.get_running_loop().create_future()
        connections = await connect(port, rows, CONNECTIONS, self._note_answer)
        started_s = time.perf_counter()
        for connection in connections:
            self._ask(connection)
        await self._done
        wall_s = time.perf_counter() - started_s
        for connection in connections:
            connection.close()
        return Load(wall_s, sorted(self._latencies_s), self._errors)

    def _ask(self, connection: Connection) -> None:
        request = next(self._requests, None)
        if request is not None:
            connection.ask(request, time.perf_counter())
            return
        self._asking -= 1
        if not self._asking:
            self._done.set_result(None)

    def _note_answer(self, connection: Connection, is_right: bool) -> None:  # noqa: FBT001 - Tell
        if is_right:
            self._latencies_s.append(time.perf_counter() - connection.asked_at_s)
        else:
            self._errors += 1
        if not connection.is_lost:
            self._ask(connection)
        elif not self._done.done():
            self._done.set_exception(ConnectionError("lost while an answer was due"))


class _AtARate:
    """Requests become due at fixed times and go out on any connection that is free."""

    def __init__(self) -> None:
        self._latencies_s: list[float] = []
        self._due: deque[tuple[bytes, float]] = deque()
        self._free: deque[Connection] = deque()
        self._unanswered = 0
        self._all_answered = asyncio.Event()

    async def run(self, port: int, requests: Sequence[bytes], rows: int, interval_s: float) -> Load:
        connections = await connect(port, rows, _CONNECTIONS_AT_A_RATE, self._note_answer)
        self._free.extend(connections)
        self._unanswered = len(requests)
        started_s = time.perf_counter()
        for number, request in enumerate(requests):
            due_s = started_s + number * interval_s
            await asyncio.sleep(max(0.0, due_s - time.perf_counter()))
            self._due.append((request, due_s))
            self._ask()
        with suppress(TimeoutError):  # what is not answered by then counts as an error
            await asyncio.wait_for(self._all_answered.wait(), _GRACE_S)
        wall_s = time.perf_counter() - started_s
        for connection in connections:
            connection.close()
        return Load(wall_s, sorted(self._latencies_s), len(requests) - len(self._latencies_s))

    def _ask(self) -> None:
        while self._due and self._free:
            connection = self._free.popleft()
            if not connection.is_lost:
                connection.ask(*self._due.popleft())

    def _note_answer(self, connection: Connection, is_right: bool) -> None:  # noqa: FBT001 - Tell
        if is_right:
            self._latencies_s.append(time.perf_counter() - connection.asked_at_s)
        self._unanswered -= 1
        if not self._unanswered:
            self._all_answered.set()
        self._free.append(connection)
        self._ask()
