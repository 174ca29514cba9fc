"""The time by which an invocation must end."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol


class InvocationContext(Protocol):
    """The part of Lambda's context object that a deadline needs."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda ends the invocation."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A point in time.

    Attributes:
        at_s: seconds on the monotonic clock.
    """

    at_s: float
    now_s: Callable[[], float] = time.monotonic

    @classmethod
    def of_invocation(cls, context: InvocationContext, margin_s: float) -> "Deadline":
        """Return the deadline of an invocation.

        Args:
            margin_s: seconds reserved for the work after the deadline.
        """
        remaining_s = context.get_remaining_time_in_millis() / 1000
        return cls(time.monotonic() + remaining_s - margin_s)

    @property
    def remaining_s(self) -> float:
        """Seconds left, at least 0."""
        return max(0.0, self.at_s - self.now_s())


NO_DEADLINE: Final = Deadline(float("inf"))
