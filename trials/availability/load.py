"""Requests at a steady rate, each accounted for.

Open loop: a request is sent when it is due, even if earlier ones still wait, and its time counts
from then.
"""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any, Final

import httpx

from testing.http_client import open_async_client

_CLIENTS: Final = 40
_TIMEOUT_S: Final = 10
_OK: Final = "200"


@dataclass(frozen=True, slots=True)
class Sent:
    """A request: when it was due, when it ended, and its status or error."""

    due_s: float
    ended_s: float
    outcome: str


class Load:
    """Many clients, each with a kept-alive connection, that take turns.

    Attributes:
        sent: the requests that have ended.
    """

    def __init__(
        self,
        url: str,
        query: Mapping[str, str],
        is_right: Callable[[Any], bool],
        requests_per_s: float,
    ) -> None:
        self._url = url
        self._query = query
        self._is_right = is_right
        self._interval_s = 1 / requests_per_s
        self._stop = Event()
        self.sent: list[Sent] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        """Send while the with block runs; then wait for the responses that are due."""
        thread = Thread(target=lambda: asyncio.run(self._send_all()))
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    async def _send_all(self) -> None:
        # Without TLS: its context would take long to build for each client.
        clients = [open_async_client(verify=False, timeout=_TIMEOUT_S) for _ in range(_CLIENTS)]
        started_s = time.monotonic()
        async with asyncio.TaskGroup() as requests:
            for number, client in enumerate(itertools.cycle(clients)):
                due_s = started_s + number * self._interval_s
                await asyncio.sleep(max(0, due_s - time.monotonic()))
                if self._stop.is_set():
                    break
                requests.create_task(self._send(client, due_s))
        for client in clients:
            await client.aclose()

    async def _send(self, client: httpx.AsyncClient, due_s: float) -> None:
        try:
            response = await client.post(self._url, json=self._query)
            outcome = str(response.status_code)
            if outcome == _OK and not self._is_right(response.json()):
                outcome = "wrong response"
        except httpx.HTTPError as error:
            outcome = type(error).__name__
        self.sent.append(Sent(due_s, time.monotonic(), outcome))


def count_failures(sent: Sequence[Sent]) -> Counter[str]:
    """Count the requests without a right response, by outcome."""
    return Counter(each.outcome for each in sent if each.outcome != _OK)


def get_percentile_ms(sent: Sequence[Sent], percent: int) -> float:
    """Get the time within which this share of the requests ended."""
    times = sorted(each.ended_s - each.due_s for each in sent)
    return times[min(len(times) - 1, len(times) * percent // 100)] * 1000
