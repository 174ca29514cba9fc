"""The time by which an invocation must answer."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable

_BUDGET_S: Final = 30


@runtime_checkable
class InvocationContext(Protocol):
    """What Lambda's context object tells about time."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda ends the invocation."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A time not to be passed.

    Attributes:
        at_s: seconds on the monotonic clock.
    """

    at_s: float
    now_s: Callable[[], float] = time.monotonic

    @classmethod
    def of_invocation(cls, context: object, margin_s: float) -> "Deadline":
        """Take the deadline of an invocation.

        Args:
            context: Lambda's; whatever else it is, 30 seconds are given.
            margin_s: seconds left for what must be done after the deadline.
        """
        remaining_s = (
            context.get_remaining_time_in_millis() / 1000
            if isinstance(context, InvocationContext)
            else _BUDGET_S
        )
        return cls(time.monotonic() + remaining_s - margin_s)

    @property
    def remaining_s(self) -> float:
        """Seconds left, at least 0."""
        return max(0.0, self.at_s - self.now_s())


NO_DEADLINE: Final = Deadline(float("inf"))
