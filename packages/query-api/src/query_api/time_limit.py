"""A time limit for a part of a request."""

import asyncio
from types import TracebackType
from typing import cast


class TimeLimit:
    """Raises `TimeoutError` out of a with block that lasts too long.

    `asyncio.timeout` does the same with two coroutines and a state machine, which take three times
    as long; a query has two limits. A test holds both to the same results.
    """

    __slots__ = ("_cancelling", "_is_over", "_seconds", "_task", "_timer")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._is_over = False

    def __enter__(self) -> None:
        """Start the timer."""
        # In a coroutine there is a task.
        self._task = task = cast("asyncio.Task[object]", asyncio.current_task())
        self._cancelling = task.cancelling()
        self._timer = task.get_loop().call_later(self._seconds, self._end)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """Stop the timer; raise `TimeoutError` if it cancelled the task, and nobody else did."""
        self._timer.cancel()
        if self._is_over:
            is_ours = self._task.uncancel() <= self._cancelling
            if is_ours and kind is asyncio.CancelledError:
                raise TimeoutError from error

    def _end(self) -> None:
        self._is_over = True
        self._task.cancel()
