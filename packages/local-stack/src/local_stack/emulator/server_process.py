"""The emulator's process: `python -m local_stack.emulator.server_process`.

It ends with its standard input: the operating system closes the pipe when the parent ends, even by
SIGKILL.
"""

import logging
import os
import signal
import sys
import threading
import time
from contextlib import nullcontext
from typing import Final

from filelock import FileLock

NOT_RESTORED: Final = 3
"""Exit status: the saved state could not be restored, and was left unchanged."""
NOT_SAVED: Final = 4
"""Exit status: some of the state could not be saved."""

SAVE_TIMEOUT_S: Final = 300
"""A table of 100,000 records takes 5 seconds."""

_STDIN: Final = 0
_GRACE_S: Final = 10
_LOCK_TIMEOUT_S: Final = 20

# The emulator logs these, and continues with empty data.
_NOT_RESTORED_LOGS: Final = (
    "Persistence: failed to load",
    "Persistence: %s state is format",
    "Failed to restore persisted state",
    "Failed to load persisted S3 data",
)
_NOT_SAVED_LOGS: Final = (
    "Persistence: failed to save",
    "Persistence: error getting state",
    "Failed to persist S3 object",
)


class _StateErrors(logging.Handler):
    """Notices in the emulator's log that it could not restore or save state.

    Attributes:
        is_saved: whether nothing failed to be saved.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.is_saved = True

    def emit(self, record: logging.LogRecord) -> None:
        text = str(record.msg)
        if text.startswith(_NOT_RESTORED_LOGS):
            # At once, because a regular end would overwrite the state that it could not restore.
            os._exit(NOT_RESTORED)
        if text.startswith(_NOT_SAVED_LOGS):
            self.is_saved = False


def main() -> int:
    """Run the emulator until standard input ends; returns the exit status.

    If it keeps its state, the argument is the path of a lock to hold meanwhile: the emulator of a
    killed stack may still be saving when the next one starts.
    """
    lock = FileLock(sys.argv.pop(), timeout=_LOCK_TIMEOUT_S) if sys.argv[1:] else None
    grace_s = SAVE_TIMEOUT_S if lock else _GRACE_S
    threading.Thread(target=_stop_with_parent, args=[grace_s], daemon=True).start()
    state_errors = _StateErrors()
    with lock or nullcontext():
        # The import configures logging and loads data, so it must follow the lock.
        from ministack.app import main as run_ministack  # noqa: PLC0415

        logging.getLogger().addHandler(state_errors)
        run_ministack()  # type: ignore[no-untyped-call]
    return 0 if state_errors.is_saved else NOT_SAVED


def _stop_with_parent(grace_s: float) -> None:
    # os.read: a thread blocked in sys.stdin's buffer would abort the interpreter at its end.
    while os.read(_STDIN, 1024):
        pass
    # Only SIGTERM makes it save its state.
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(grace_s)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
