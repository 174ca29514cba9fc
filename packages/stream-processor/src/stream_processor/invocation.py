"""The time that Lambda leaves an invocation."""

from typing import Protocol


class InvocationContext(Protocol):
    """The part of Lambda's context object that is used."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda ends the invocation."""


def get_remaining_s(context: InvocationContext, margin_s: float) -> float:
    """Return the seconds left, at least 0.

    Args:
        margin_s: seconds reserved for the work after that time.
    """
    return max(0.0, context.get_remaining_time_in_millis() / 1000 - margin_s)
