"""Which core does what: what is measured has one to itself, all that serves it has the other."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_CORES: Final = sorted(os.sched_getaffinity(0))
MEASURED: Final = _CORES[0]
SERVING: Final = _CORES[-1]


def stay_on(core: int) -> None:
    """Keep this process, and those it starts, on one core."""
    os.sched_setaffinity(0, {core})


@contextmanager
def starting_on(core: int) -> Iterator[None]:
    """Keep the processes that are started in a with block on one core, and this one where it is."""
    own = os.sched_getaffinity(0)
    stay_on(core)
    try:
        yield
    finally:
        os.sched_setaffinity(0, own)
