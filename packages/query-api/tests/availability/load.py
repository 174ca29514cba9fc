"""Requests at a steady rate, each accounted for.

Open loop: a request is sent when it is due, whatever became of those before it, and its time counts
from then.
"""

import asyncio
import itertools
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread

import httpx

CLIENTS = 40
TIMEOUT_S = 10
ANSWERED = "200"


@dataclass(frozen=True, slots=True)
class Sent:
    """A request: when it was due, when it ended, and its status or what went wrong instead."""

    due_s: float
    ended_s: float
    outcome: str


class Load:
    """Many clients, each with a kept-alive connection, that take turns."""

    def __init__(self, url, question, is_right, per_second):
        self._request = {"url": url, "json": question}
        self._is_right = is_right
        self._interval_s = 1 / per_second
        self._stop = Event()
        self.sent = []

    @contextmanager
    def running(self):
        """Send until the end of this; then wait for what is not answered yet."""
        thread = Thread(target=asyncio.run, args=[self._send_all()])
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    async def _send_all(self):
        # Nothing here is encrypted; making the context of each client would take long.
        clients = [
            httpx.AsyncClient(trust_env=False, verify=False, timeout=TIMEOUT_S)  # noqa: S501
            for _ in range(CLIENTS)
        ]
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

    async def _send(self, client, due_s):
        try:
            response = await client.post(**self._request)
            outcome = str(response.status_code)
            if outcome == ANSWERED and not self._is_right(response.json()):
                outcome = "wrong answer"
        except httpx.HTTPError as error:
            outcome = type(error).__name__
        self.sent.append(Sent(due_s, time.monotonic(), outcome))


def count_failures(sent):
    """Count what was not answered as it should, by what became of it."""
    return Counter(each.outcome for each in sent if each.outcome != ANSWERED)


def get_percentile_ms(sent, percent):
    """Get the time that this share of the requests took at most."""
    times = sorted(each.ended_s - each.due_s for each in sent)
    return times[min(len(times) - 1, len(times) * percent // 100)] * 1000
