"""One core for the measured process, another for everything that serves it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_CORES: Final = sorted(os.sched_getaffinity(0))
MEASURED: Final = _CORES[0]
SERVING: Final = _CORES[-1]


def stay_on(core: int) -> None:
    """Pin this process, and those it starts, to a core."""
    os.sched_setaffinity(0, {core})


@contextmanager
def starting_on(core: int) -> Iterator[None]:
    """Pin the processes started in a with block to a core; this one moves back after it."""
    own = os.sched_getaffinity(0)
    stay_on(core)
    try:
        yield
    finally:
        os.sched_setaffinity(0, own)
