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
    """Create a file to write to; a failed with block deletes it.

    Args:
        path: None for standard output.

    Raises:
        CouldNotRunError: the file exists or cannot be created or written.
    """
    if path is None:
        yield sys.stdout.buffer
        return
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ALONE)
    except OSError as error:
        raise CouldNotRunError(f"{path}: {error.strerror}") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
    except BaseException as error:
        with suppress(OSError):
            path.unlink()
        if isinstance(error, OSError):
            raise CouldNotRunError(f"{path}: {error.strerror}") from error
        raise
