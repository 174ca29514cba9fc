"""Repeats a batch of a rebuild while that may help."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from aws_client import RetryPolicy
from stream_processor.exceptions import AWSCallError, RepairContendedError, StreamProcessorError

ResultT = TypeVar("ResultT")

_POLICY: Final = RetryPolicy(
    attempts=5, first_delay_s=0.05, longest_delay_s=2, retries_throttled=True
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRetry:
    """Repeats a batch whose calls failed for the last time, or whose rows kept changing."""

    policy: RetryPolicy = _POLICY
    sleep: Callable[[float], object] = time.sleep

    def call(self, batch: Callable[[], ResultT]) -> ResultT:
        """Call a batch until it succeeds.

        Raises:
            StreamProcessorError: it failed for the last time, or with an error that would remain.
        """
        for attempts in range(1, self.policy.attempts):
            try:
                return batch()
            except StreamProcessorError as error:
                if not _is_retry_safe(error):
                    raise
            self.sleep(self.policy.draw_delay_s(attempts))
        return batch()


def _is_retry_safe(error: StreamProcessorError) -> bool:
    if isinstance(error, AWSCallError):
        return error.is_retry_safe
    return isinstance(error, RepairContendedError)
