"""The emulator's own process: `python -m local_stack.emulator.server_process`.

It lives as long as its standard input: however its parent ends, by SIGKILL too, the operating
system closes the pipe.
"""

import os
import signal
import sys
import threading
import time
from contextlib import nullcontext
from typing import Final

from filelock import FileLock

_STDIN: Final = 0
_GRACE_S: Final = 10
_LOCK_TIMEOUT_S: Final = 20


def main() -> None:
    """Run the emulator until standard input ends.

    An argument is the path of a lock to hold meanwhile: a killed stack's emulator may still be
    saving its state when the next one wants to load it.
    """
    threading.Thread(target=_stop_with_parent, daemon=True).start()
    with FileLock(sys.argv.pop(), timeout=_LOCK_TIMEOUT_S) if sys.argv[1:] else nullcontext():
        # Importing it starts it: only after the lock is ours.
        from ministack.app import main as run_ministack  # noqa: PLC0415

        run_ministack()  # type: ignore[no-untyped-call]


def _stop_with_parent() -> None:
    # os.read, since a thread blocked in sys.stdin's buffer aborts the interpreter when it ends.
    while os.read(_STDIN, 1024):
        pass
    # It saves its state on SIGTERM, and on nothing else.
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_S)
    os._exit(1)


if __name__ == "__main__":
    main()
