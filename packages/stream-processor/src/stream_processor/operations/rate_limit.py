"""Spreads the writes of all threads evenly over time."""

import threading
import time
from collections.abc import Callable


class RateLimit:
    """Lets at most so many callers pass in a second; safe to use from several threads.

    Evenly and without bursts: the tables serve live traffic meanwhile.
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
        """Wait for one's turn; raises what `sleep` does."""
        with self._lock:
            now_s = self._now_s()
            turn_s = max(now_s, self._next_s)
            self._next_s = turn_s + self._interval_s
        if turn_s > now_s:
            self._sleep(turn_s - now_s)
