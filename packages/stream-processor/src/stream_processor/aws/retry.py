"""Repeats a batch of a rebuild while that may help."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from aws_client import RetryPolicy
from stream_processor.exceptions import AWSCallError

ResultT = TypeVar("ResultT")

_POLICY: Final = RetryPolicy(
    attempts=5, first_delay_s=0.05, longest_delay_s=2, retries_throttled=True
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRetry:
    """Repeats a batch whose calls failed for the last time."""

    policy: RetryPolicy = _POLICY
    sleep: Callable[[float], object] = time.sleep

    def call(self, batch: Callable[[], ResultT]) -> ResultT:
        """Call a batch until it succeeds.

        Raises:
            AWSCallError: it failed for the last time, or with an error that would remain.
        """
        for attempts in range(1, self.policy.attempts):
            try:
                return batch()
            except AWSCallError as error:
                if not error.is_retry_safe:
                    raise
            self.sleep(self.policy.draw_delay_s(attempts))
        return batch()
