"""The one retry policy: repeats a call while that may help."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from stream_processor.exceptions import AWSCallError, RepairContendedError, StreamProcessorError

ResultT = TypeVar("ResultT")


def is_retry_safe(error: StreamProcessorError) -> bool:
    """Return whether repeating the call may succeed."""
    if isinstance(error, AWSCallError):
        return error.is_retry_safe
    return isinstance(error, RepairContendedError)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often to try, and how long to wait between attempts.

    A wait is drawn from zero to a bound that doubles each time (full jitter), so that callers that
    were throttled together do not return together.
    Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/

    Attributes:
        attempts: calls in all, at least 1.
        first_delay_s: bound of the first wait, seconds.
        longest_delay_s: bound of every wait, seconds.
    """

    attempts: int = 5
    first_delay_s: float = 0.05
    longest_delay_s: float = 2
    sleep: Callable[[float], object] = time.sleep

    def call(
        self,
        operation: Callable[[], ResultT],
        should_retry: Callable[[StreamProcessorError], bool] = is_retry_safe,
    ) -> ResultT:
        """Call an operation until it succeeds.

        Raises:
            StreamProcessorError: it failed for the last time, or with an error that is not to be
                retried.
        """
        for attempt in range(self.attempts - 1):
            try:
                return operation()
            except StreamProcessorError as error:
                if not should_retry(error):
                    raise
            self.sleep(self._draw_delay_s(attempt))
        return operation()

    def _draw_delay_s(self, attempt: int) -> float:
        bound_s = min(self.longest_delay_s, self.first_delay_s * 2.0**attempt)
        return random.uniform(0, bound_s)  # noqa: S311 - jitter, not a secret
