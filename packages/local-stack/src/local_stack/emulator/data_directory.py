"""The directory that keeps a stack's data, used by one stack at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from local_stack.exceptions import DataDirectoryError


@contextmanager
def lock_data_directory(path: Path) -> Iterator[Path]:
    """Make the directory if need be, and hold it for the length of a with block.

    Yields:
        its absolute path.

    Raises:
        DataDirectoryError: another stack holds it, or it is not a writable directory.
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
