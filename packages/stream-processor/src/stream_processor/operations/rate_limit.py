"""Limits the rate of what all threads do together."""

import threading
import time
from collections.abc import Callable

from stream_processor.operations.stop_request import StopRequest


class RateLimit:
    """Limits callers to a rate. Thread-safe.

    Evenly and without bursts, since the tables serve live traffic at the same time.
    """

    def __init__(
        self,
        per_second: float,
        sleep: Callable[[float], object] = time.sleep,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._interval_s = 1 / per_second
        self._sleep = sleep
        self._now_s = now_s
        self._next_s = now_s()
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Wait for the caller's turn; raises the errors of `sleep`."""
        with self._lock:
            now_s = self._now_s()
            turn_s = max(now_s, self._next_s)
            self._next_s = turn_s + self._interval_s
        if turn_s > now_s:
            self._sleep(turn_s - now_s)


def create_wait(stop: StopRequest, max_per_second: float | None) -> Callable[[], None]:
    """Create the function that waits for the caller's turn; it raises `StoppedError` on a stop."""
    return stop.check if max_per_second is None else RateLimit(max_per_second, stop.sleep).wait
