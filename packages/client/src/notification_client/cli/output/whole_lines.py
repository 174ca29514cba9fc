"""Standard output, of which a reader gets whole lines only."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import BinaryIO, Final


class WholeLines:
    """Writes text to a binary stream.

    Ctrl-C takes effect between two writes, so a file or a pipe never ends within a line.

    Args:
        encoding: what it has no characters for becomes `?`.
    """

    def __init__(self, stream: BinaryIO, encoding: str = "utf-8") -> None:
        self._stream: Final = stream
        self._encoding: Final = encoding

    def write(self, lines: str) -> None:
        """Write whole lines.

        Raises:
            OSError: they cannot be written; a BrokenPipeError if nobody reads them any more.
            KeyboardInterrupt: Ctrl-C, after they are written.
        """
        data = lines.encode(self._encoding, errors="replace")
        with _hold_interrupts():
            try:
                self._stream.write(data)
                self._stream.flush()
            except OSError:
                self._discard()
                raise

    def _discard(self) -> None:
        """Lead the stream nowhere: Python would fail again at the end, with the rest of its buffer.

        Source: https://docs.python.org/3/library/signal.html#note-on-sigpipe
        """
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)


@contextmanager
def _hold_interrupts() -> Iterator[None]:
    """Hold Ctrl-C back for the length of a with block."""
    is_interrupted = False

    def remember(_number: int, _frame: FrameType | None) -> None:
        nonlocal is_interrupted
        is_interrupted = True

    previous = signal.signal(signal.SIGINT, remember)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
    if is_interrupted:
        raise KeyboardInterrupt
