"""A new file that only its owner can read."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from stream_processor.cli.options import CouldNotRunError

_OWNER_ALONE: Final = 0o600


@contextmanager
def open_private_file(path: Path | None) -> Iterator[BinaryIO]:
    """Create a file to write to; a with block that fails deletes it.

    Args:
        path: None for standard output.

    Raises:
        CouldNotRunError: the file exists, or cannot be created or written.
    """
    if path is None:
        with _errors_as_messages("standard output"):
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        return
    with _errors_as_messages(str(path)):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ALONE)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
        except BaseException:
            with suppress(OSError):
                path.unlink()
            raise


@contextmanager
def _errors_as_messages(name: str) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise  # click ends quietly, as commands in a pipe do
    except OSError as error:
        raise CouldNotRunError(f"{name}: {error.strerror}") from error
