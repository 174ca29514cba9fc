"""When a request is repeated. Queries change nothing, so each may be."""

import random
import time
from dataclasses import dataclass
from typing import Any, Final

from notification_client.errors import ConnectionFailedError, ProblemError

# Of the API, its gateway and proxies: the same request may succeed later.
_PASSING: Final = frozenset({429, 502, 503, 504})
_MOST_SPREAD: Final = 1.25


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often, and for how long, a request is repeated after a passing fault.

    Attributes:
        attempts: most requests in all; 1 for no retry.
        within_s: seconds from the first request. After them no request is repeated, and a response
            that is still arriving is given up.
    """

    attempts: int = 4
    within_s: float = 30

    def get_limits(self) -> dict[str, Any]:
        """Return the arguments of stamina's callers; waits grow from 0.1 s to 2 s."""
        return {
            "attempts": self.attempts,
            "timeout": self.within_s,
            "wait_initial": 0.1,
            "wait_max": 2.0,
            "wait_jitter": 0.3,
        }


DEFAULT_RETRY_POLICY: Final = RetryPolicy()


class Attempts:
    """The attempts of one request, whose time starts now.

    Attributes:
        deadline_s: when it ends, on the monotonic clock.
    """

    def __init__(self, policy: RetryPolicy) -> None:
        self.deadline_s = time.monotonic() + policy.within_s

    def decide(self, error: Exception) -> bool | float:
        """Decide whether another attempt follows an error: stamina's hook.

        Returns:
            whether it does, or in how many seconds.
        """
        if isinstance(error, ConnectionFailedError):
            return True
        if not isinstance(error, ProblemError) or error.status not in _PASSING:
            return False
        if error.retry_after_s is None:
            return True
        # Never before that time, and not all clients at the same time after it.
        wait_s = error.retry_after_s * random.uniform(1, _MOST_SPREAD)  # noqa: S311 - no secret
        return wait_s if time.monotonic() + wait_s < self.deadline_s else False
