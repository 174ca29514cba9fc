"""The data directory of a stack: one stack at a time uses it, and a damaged one is refused."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from local_stack.exceptions import DataDirectoryError

EMULATOR_LOCK: Final = "emulator.lock"
EMULATOR_LOG: Final = "emulator.log"
STATE_FOLDER: Final = "state"
OBJECTS_FOLDER: Final = "s3"

_STACK_LOCK: Final = "stack.lock"
_FILES: Final = (_STACK_LOCK, EMULATOR_LOCK, EMULATOR_LOG)
_FOLDERS: Final = (STATE_FOLDER, OBJECTS_FOLDER)
_OWN_NAMES: Final = frozenset(_FILES + _FOLDERS)
# What an operating system puts into a directory or a volume by itself.
_IGNORED_NAMES: Final = frozenset({"lost+found", ".DS_Store"})

# Tables, objects and queues: every stack saves all three.
_SAVED_FILES: Final = ("dynamodb.json", "s3.json", "sqs.json")
_SAVE_TIMEOUT_S: Final = 60


@contextmanager
def lock_data_directory(path: Path) -> Iterator[Path]:
    """Create the directory if it is missing, check it, and lock it while the with block runs.

    The emulator takes a state file that it cannot read for an empty one, and overwrites it when it
    stops. So nothing starts on a damaged directory.

    Yields:
        its absolute path.

    Raises:
        DataDirectoryError: another stack uses it, it has other contents, it is damaged, or it is
            not a writable directory.
    """
    directory = path.expanduser().resolve()
    lock = FileLock(directory / _STACK_LOCK)
    try:
        if directory.exists():
            _check_contents(directory)
        directory.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise DataDirectoryError(directory, "is in use by another stack") from None
    except OSError as error:
        raise DataDirectoryError(directory, f"cannot be used: {error.strerror}") from error
    try:
        _check_state(directory)
        yield directory
    finally:
        lock.release()


def _check_contents(directory: Path) -> None:
    names = {each.name for each in directory.iterdir()}
    # Its lock marks a directory as a stack's: then its user may keep other files in it.
    if _STACK_LOCK not in names and (others := names - _OWN_NAMES - _IGNORED_NAMES):
        raise DataDirectoryError(
            directory, f"has other contents, such as {min(others)}: choose an empty directory"
        )
    for name in names & _OWN_NAMES:
        own = directory / name
        if not (own.is_dir() if name in _FOLDERS else own.is_file()):
            kind = "directory" if name in _FOLDERS else "file"
            raise DataDirectoryError(directory, f"cannot be used: {name} is not a {kind}")
        if not os.access(own, os.W_OK):
            raise DataDirectoryError(directory, f"cannot be used: {name} is not writable")


def _check_state(directory: Path) -> None:
    try:
        # The emulator of a killed stack may still be saving.
        with FileLock(directory / EMULATOR_LOCK, timeout=_SAVE_TIMEOUT_S):
            fault = _find_fault(directory / STATE_FOLDER)
    except Timeout:
        raise DataDirectoryError(directory, "is in use by the emulator of another stack") from None
    if fault:
        raise DataDirectoryError(
            directory,
            f"is damaged: {STATE_FOLDER}/{fault}. Nothing was changed: restore that file, "
            "or choose another directory",
        )


def _find_fault(folder: Path) -> str | None:
    """Find a state file that the emulator would not restore; returns its name and what is wrong."""
    files = sorted(folder.glob("*.json"))
    if not files:
        return None  # nothing was saved yet
    missing = sorted(set(_SAVED_FILES) - {file.name for file in files})
    if missing:
        return f"{missing[0]} is missing"
    return next((fault for fault in map(_find_fault_of_file, files) if fault), None)


def _find_fault_of_file(file: Path) -> str | None:
    try:
        document = json.loads(file.read_bytes())
    except OSError as error:
        return f"{file.name} cannot be read: {error.strerror}"
    except (ValueError, RecursionError):
        return f"{file.name} is not complete JSON"
    is_state = (
        isinstance(document, dict)
        and isinstance(document.get("__ministack_format__"), int)
        and isinstance(document.get("payload"), dict)
    )
    return None if is_state else f"{file.name} is not a state of the emulator"
