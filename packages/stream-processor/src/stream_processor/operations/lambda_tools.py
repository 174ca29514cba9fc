"""The operator tools as Lambda functions: each runs as long as the invocation has time."""

import functools
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TypedDict

import boto3

from stream_processor.aws.deadline import Deadline, InvocationContext
from stream_processor.aws.retry import RetryPolicy
from stream_processor.exceptions import OutOfTimeError, StoppedError
from stream_processor.observability.embedded_metrics import emit_embedded, log_as_json
from stream_processor.operations.operator_tools import (
    OperatorTools,
    create_failure_store,
    create_operator_tools,
)
from stream_processor.operations.rebuild_run import SegmentProgress
from stream_processor.operations.rebuild_run import rebuild_segment as run_segment
from stream_processor.operations.redrive import redrive as run_redrive
from stream_processor.operations.stop_request import StopRequest, stop_after
from stream_processor.operations.verify_run import Tally, choose_segments, to_metrics
from stream_processor.settings import Settings
from stream_processor.tables.table_reader import Segment

# What is under way when the time is up, such as a page of a hundred records, is finished first.
_MARGIN_S: Final = 20
_THREADS: Final = 8
_LAG_S: Final = 30


class RebuiltSegment(TypedDict):
    """A segment's event for the next invocation, unless it is done."""

    segment: int
    total_segments: int
    is_done: bool
    start_key: Mapping[str, Any] | None
    counts: dict[str, int]


def rebuild_segment(event: Mapping[str, Any], context: InvocationContext) -> RebuiltSegment:
    """Rebuild one segment as far as there is time, for a state machine that loops until it is done.

    Args:
        event: `{"segment": i, "total_segments": n}` at first, and then what was returned.
        context: Lambda's, for the time that is left.
    """
    segment = Segment(event["segment"], event["total_segments"])
    with _stop_in_time(context) as stop:
        progress = run_segment(
            _create_operator_tools_once().create_rebuilder(),
            segment,
            SegmentProgress.from_json(event),
            record=lambda _progress: None,
            is_over=lambda: stop.is_made,
            retry_policy=RetryPolicy(),
        )
    form = progress.to_json()
    return {
        "segment": segment.index,
        "total_segments": segment.total,
        "is_done": form["is_done"],
        "start_key": form["start_key"],
        "counts": form["counts"],
    }


def verify(event: Mapping[str, Any], context: InvocationContext) -> dict[str, Any]:
    """Verify both sides, or a sample of them, and emit the counts as metrics; for a schedule.

    Args:
        event: `{"sample_percent": P, "lag_seconds": S, "repair": false}`, all of them optional.
        context: Lambda's, for the time that is left.

    Raises:
        OutOfTimeError: there was not time enough; what was found until then is in the metrics.
    """
    tally = Tally()
    verification = _create_operator_tools_once().create_verification(
        tally.add,
        threads=_THREADS,
        lag_s=event.get("lag_seconds", _LAG_S),
        is_repairing=event.get("repair", False),
    )
    segments = choose_segments(event.get("sample_percent"), _THREADS)
    with _stop_in_time(context) as stop:
        try:
            verification.run(segments, stop)
        except StoppedError:
            raise OutOfTimeError from None
        finally:
            emit_embedded(to_metrics(tally.counts))
    return tally.counts.to_json()


def redrive(event: Mapping[str, Any], context: InvocationContext) -> dict[str, Any]:
    """Redrive the quarantine or the on-failure bucket, as far as there is time.

    Args:
        event: `{"from": "queue" or "s3", "dry_run": false}`.
        context: Lambda's, for the time that is left.
    """
    store = create_failure_store(event["from"], _read_settings(), boto3.Session())
    repairer = _create_operator_tools_once().create_repairer()
    redriven, remaining = 0, 0
    entries = run_redrive(store, repairer, is_dry_run=event.get("dry_run", False))
    with _stop_in_time(context) as stop:
        for entry in entries:
            redriven += not entry.remaining
            remaining += bool(entry.remaining)
            if stop.is_made:
                break
    entries.close()
    return {"redriven": redriven, "remaining": remaining, "is_done": not stop.is_made}


@contextmanager
def _stop_in_time(context: InvocationContext) -> Iterator[StopRequest]:
    with stop_after(Deadline.of_invocation(context, _MARGIN_S).remaining_s) as stop:
        yield stop


def _read_settings() -> Settings:
    return Settings.from_environment(os.environ)


@functools.cache
def _create_operator_tools_once() -> OperatorTools:
    log_as_json()
    return create_operator_tools(_read_settings(), boto3.Session())
