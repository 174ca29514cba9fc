"""Which core does what: what is measured has one to itself, all that serves it has the other."""

import os
from typing import Final

_CORES: Final = sorted(os.sched_getaffinity(0))
MEASURED: Final = _CORES[0]
SERVING: Final = _CORES[-1]


def stay_on(core: int) -> None:
    """Keep this process, and those it starts, on one core."""
    os.sched_setaffinity(0, {core})
