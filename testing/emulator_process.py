"""The emulator's own process: ends with its standard input, however its parent ends."""

import os
import signal
import threading

from ministack.app import main


def _stop_with_parent() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_stop_with_parent, daemon=True).start()
    main()  # type: ignore[no-untyped-call]
