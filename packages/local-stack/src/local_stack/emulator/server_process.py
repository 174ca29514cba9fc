"""The emulator's process: `python -m local_stack.emulator.server_process`.

It ends with its standard input: the operating system closes the pipe when the parent ends, even by
SIGKILL.
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

    The argument is the path of a lock to hold meanwhile: the emulator of a killed stack may still
    be saving its state when the next one starts.
    """
    threading.Thread(target=_stop_with_parent, daemon=True).start()
    with FileLock(sys.argv.pop(), timeout=_LOCK_TIMEOUT_S) if sys.argv[1:] else nullcontext():
        # The import starts it, so it must follow the lock.
        from ministack.app import main as run_ministack  # noqa: PLC0415

        run_ministack()  # type: ignore[no-untyped-call]


def _stop_with_parent() -> None:
    # os.read: a thread blocked in sys.stdin's buffer would abort the interpreter at its end.
    while os.read(_STDIN, 1024):
        pass
    # Only SIGTERM makes it save its state.
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_S)
    os._exit(1)


if __name__ == "__main__":
    main()
