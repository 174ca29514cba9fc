"""Rebuilds segments, page after page, each from where it was left."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any, Protocol

from stream_processor.aws.retry import RetryPolicy
from stream_processor.operations.rebuild import RebuildCounts, Rebuilder
from stream_processor.operations.stop_request import StopRequest, run_all
from stream_processor.tables.table_reader import Key, Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentProgress:
    """How far a segment is.

    Attributes:
        counts: what its pages came to so far.
        next_key: where its next page starts; None at the beginning, and when it is done.
    """

    counts: RebuildCounts = field(default_factory=RebuildCounts)
    next_key: Key | None = None
    is_done: bool = False

    def to_json(self) -> dict[str, Any]:
        """Make the form that is kept in a file, or between invocations."""
        return {
            "is_done": self.is_done,
            "start_key": self.next_key,
            "counts": asdict(self.counts),
        }

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> "SegmentProgress":
        """Read what `to_json` made; what is absent counts as not begun.

        Raises:
            TypeError: the counts have other names than those of `RebuildCounts`.
        """
        return cls(
            counts=RebuildCounts(**(form.get("counts") or {})),
            next_key=form.get("start_key"),
            is_done=bool(form.get("is_done")),
        )


class RebuildProgress(Protocol):
    """Port: keeps the progress of all segments. Several threads use it at once."""

    @property
    def segments(self) -> list[SegmentProgress]:
        """The segments, in their order."""

    def record(self, index: int, progress: SegmentProgress) -> None:
        """Keep how far a segment is now."""


def rebuild_segment(
    rebuilder: Rebuilder,
    segment: Segment,
    progress: SegmentProgress,
    *,
    record: Callable[[SegmentProgress], object],
    is_over: Callable[[], bool],
    retry_policy: RetryPolicy,
) -> SegmentProgress:
    """Rebuild a segment from where it is, at least one page of it.

    Args:
        record: told after every page how far it is.
        is_over: asked after every page whether to leave the rest for another time.
        retry_policy: for each page.

    Raises:
        StreamProcessorError: a page failed for the last time; those before it are recorded.
    """
    while not progress.is_done:
        page = retry_policy.call(partial(rebuilder.rebuild_page, segment, progress.next_key))
        progress = SegmentProgress(
            counts=progress.counts + page.counts,
            next_key=page.next_key,
            is_done=page.next_key is None,
        )
        record(progress)
        if is_over():
            break
    return progress


def rebuild_all(
    rebuilder: Rebuilder,
    progress: RebuildProgress,
    stop: StopRequest,
    *,
    report: Callable[[int], object],
    retry_policy: RetryPolicy,
) -> None:
    """Rebuild all segments that are not done, each in a thread; return early when told to stop.

    Args:
        report: told how many more command records have been read.
        retry_policy: for each page.

    Raises:
        StoppedError: told to stop, in the midst of pages, which are to be rebuilt again.
        StreamProcessorError: a page failed for the last time.
    """
    segments = progress.segments
    tasks = [
        partial(
            rebuild_segment,
            rebuilder,
            Segment(index, len(segments)),
            segment,
            record=partial(_record, progress, index, report),
            is_over=lambda: stop.is_made,
            retry_policy=retry_policy,
        )
        for index, segment in enumerate(segments)
    ]
    run_all(tasks, stop)


def _record(
    progress: RebuildProgress,
    index: int,
    report: Callable[[int], object],
    segment: SegmentProgress,
) -> None:
    already_read = progress.segments[index].counts.read
    progress.record(index, segment)
    report(segment.counts.read - already_read)
