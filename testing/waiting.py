"""Waits for what another thread or process does, where no event reports it."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

TIMEOUT_S: Final = 60
_POLL_S: Final = 0.01

ResultT = TypeVar("ResultT")


def wait_until(
    get: Callable[[], ResultT], failure: str | Callable[[], str], timeout_s: float = TIMEOUT_S
) -> ResultT:
    """Return the first true result.

    Args:
        failure: message of the error.

    Raises:
        AssertionError: there was none in time.
    """
    deadline_s = time.monotonic() + timeout_s
    while not (result := get()):
        if time.monotonic() > deadline_s:
            raise AssertionError(failure if isinstance(failure, str) else failure())
        time.sleep(_POLL_S)
    return result
