"""The progress of a rebuild: kept in a file, so that a killed rebuild can resume."""

import json
import os
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from stream_processor.exceptions import RebuildStateError
from stream_processor.tables.table_reader import Key

_FORMAT: Final = 1
# The keys in the file hold transaction ids: only its owner may read it.
_MODE: Final = 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildCounts:
    """Command records read, by what happened to their rows.

    Attributes:
        unchanged: the row was right.
        written: the row was absent.
        repaired: the row differed.
        poison: the record cannot be projected, so it has no row.
        failed: the row could not be repaired; others could.
    """

    unchanged: int = 0
    written: int = 0
    repaired: int = 0
    poison: int = 0
    failed: int = 0

    def __add__(self, other: "RebuildCounts") -> "RebuildCounts":
        names = [each.name for each in fields(self)]
        return RebuildCounts(**{name: getattr(self, name) + getattr(other, name) for name in names})

    @property
    def read(self) -> int:
        """Command records read."""
        return self.unchanged + self.written + self.repaired + self.poison + self.failed


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentProgress:
    """The progress of a segment.

    Attributes:
        counts: sum of its pages so far.
        next_key: where its next page starts; None at the beginning, and when it is done.
    """

    counts: RebuildCounts = field(default_factory=RebuildCounts)
    next_key: Key | None = None
    is_done: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object kept in a file, or between invocations."""
        return {
            "is_done": self.is_done,
            "start_key": self.next_key,
            "counts": asdict(self.counts),
        }

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> "SegmentProgress":
        """Read the object of `to_json`; an absent field counts as not begun.

        Raises:
            TypeError: the counts have other names than `RebuildCounts`.
        """
        return cls(
            counts=RebuildCounts(**(form.get("counts") or {})),
            next_key=form.get("start_key"),
            is_done=bool(form.get("is_done")),
        )


@dataclass(frozen=True, slots=True)
class RebuildScope:
    """The two tables of a rebuild, by identity: a new table of the same name is another one."""

    command_table: str
    read_table: str


class RebuildState:
    """The progress of all segments, with or without a file. Thread-safe.

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
        """Resume the rebuild of a file, or begin a new one if the file does not exist.

        Args:
            path: None for no file.
            total: number of segments; None for that of the file.
            default_total: number of segments of a new rebuild without `total`.

        Raises:
            RebuildStateError: the file belongs to other tables, has another number of segments, or
                is not a state file.
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
        """The progress of each segment, in order."""
        return list(self._segments)

    @property
    def counts(self) -> RebuildCounts:
        """Sum of all segments so far."""
        return sum((segment.counts for segment in self._segments), RebuildCounts())

    @property
    def is_finished(self) -> bool:
        """Whether every segment is done."""
        return all(segment.is_done for segment in self._segments)

    def record(self, index: int, progress: SegmentProgress) -> None:
        """Save the progress of a segment.

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
        raise RebuildStateError("is not a state file of a rebuild") from error
    if not is_ours or not segments:
        raise RebuildStateError("belongs to another version of this program")
    if of_tables != scope:
        raise RebuildStateError("belongs to other tables, or to earlier ones of the same names")
    return segments


def _replace(path: Path, text: str) -> None:
    """Replace a file atomically: at any time the old or the new one exists, whole."""
    new = path.with_name(f"{path.name}.new")
    with open(new, "w", encoding="utf-8", opener=_open_private) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, _MODE)
