"""The data directory of a stack; one stack at a time may use it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from local_stack.exceptions import DataDirectoryError


@contextmanager
def lock_data_directory(path: Path) -> Iterator[Path]:
    """Create the directory if it is missing, and lock it while the with block runs.

    Yields:
        its absolute path.

    Raises:
        DataDirectoryError: another stack uses it, or it is not a writable directory.
    """
    directory = path.expanduser().resolve()
    lock = FileLock(directory / "stack.lock")
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise DataDirectoryError(directory, "is in use by another stack") from None
    except OSError as error:
        raise DataDirectoryError(directory, f"cannot be used: {error.strerror}") from error
    try:
        yield directory
    finally:
        lock.release()
