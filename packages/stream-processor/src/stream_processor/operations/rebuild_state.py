"""The progress of a rebuild in a file, so that one that was killed can go on."""

import json
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from stream_processor.exceptions import RebuildStateError
from stream_processor.operations.rebuild import RebuildCounts
from stream_processor.operations.rebuild_run import SegmentProgress

_FORMAT: Final = 1
# The keys in it hold transaction ids: for the operator alone.
_MODE: Final = 0o600


@dataclass(frozen=True, slots=True)
class RebuildScope:
    """What a rebuild is about: both tables by identity, not by name alone."""

    command_table: str
    read_table: str


class RebuildState:
    """The progress of all segments, in a file if there is one. Safe to use from several threads.

    The file is replaced after every page, so it is whole however the process ends.
    """

    def __init__(
        self, scope: RebuildScope, segments: list[SegmentProgress], path: Path | None
    ) -> None:
        self._scope = scope
        self._segments = segments
        self._path = path
        self._lock = threading.Lock()

    @classmethod
    def open(
        cls, path: Path | None, scope: RebuildScope, total: int | None, default_total: int
    ) -> "RebuildState":
        """Go on with the rebuild of a file, or begin a new one where there is none.

        Args:
            path: None to keep no file.
            total: the number of segments asked for, None to take the file's.
            default_total: the number of segments of a new rebuild for which none was asked.

        Raises:
            RebuildStateError: the file is of other tables, of another number of segments, or not
                one of these.
        """
        if path is not None and path.exists():
            state = cls(scope, _load(path, scope), path)
            if total is not None and total != len(state.segments):
                raise RebuildStateError(f"has {len(state.segments)} segments, not {total}")
            return state
        state = cls(scope, [SegmentProgress()] * (total or default_total), path)
        state._save()
        return state

    @property
    def segments(self) -> list[SegmentProgress]:
        """See `RebuildProgress.segments`."""
        return list(self._segments)

    @property
    def counts(self) -> RebuildCounts:
        """What all segments came to so far."""
        return sum((segment.counts for segment in self._segments), RebuildCounts())

    @property
    def is_finished(self) -> bool:
        """Whether every segment is done."""
        return all(segment.is_done for segment in self._segments)

    def record(self, index: int, progress: SegmentProgress) -> None:
        """See `RebuildProgress.record`.

        Raises:
            RebuildStateError: the file cannot be written.
        """
        with self._lock:
            self._segments[index] = progress
            self._save()

    def _save(self) -> None:
        if self._path is None:
            return
        form = {
            "format": _FORMAT,
            "command_table": self._scope.command_table,
            "read_table": self._scope.read_table,
            "segments": [segment.to_json() for segment in self._segments],
        }
        try:
            _replace(self._path, json.dumps(form))
        except OSError as error:
            raise RebuildStateError(f"cannot be written: {error.strerror}") from error


def _load(path: Path, scope: RebuildScope) -> list[SegmentProgress]:
    try:
        form: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        is_ours = form["format"] == _FORMAT
        segments = [SegmentProgress.from_json(each) for each in form["segments"]]
        of_tables = RebuildScope(form["command_table"], form["read_table"])
    except OSError as error:
        raise RebuildStateError(f"cannot be read: {error.strerror}") from error
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise RebuildStateError("is not one that a rebuild has written") from error
    if not is_ours or not segments:
        raise RebuildStateError("is of another version of this program")
    if of_tables != scope:
        raise RebuildStateError("is of a rebuild of other tables, or from before they were made")
    return segments


def _replace(path: Path, text: str) -> None:
    """Write a file so that at any time either the old or the new one is there, whole."""
    new = path.with_name(f"{path.name}.new")
    with open(new, "w", encoding="utf-8", opener=_open_private) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, _MODE)
