"""The operator tools as Lambda functions: each runs as long as the invocation has time."""

import atexit
import functools
import os
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack, closing
from typing import Any, Final

import boto3

from aws_client import find_session
from stream_processor.aws.retry import BatchRetry
from stream_processor.exceptions import OutOfTimeError, StoppedError
from stream_processor.garbage import collect_rarely
from stream_processor.invocation import InvocationContext, get_remaining_s
from stream_processor.observability.embedded_metrics import emit_embedded
from stream_processor.observability.json_log import log_as_json
from stream_processor.operations import rebuild
from stream_processor.operations.operator_tools import (
    OperatorTools,
    create_failure_store,
    open_operator_tools,
)
from stream_processor.operations.rebuild_state import SegmentProgress
from stream_processor.operations.redrive import redrive as redrive_entries
from stream_processor.operations.stop_request import StopRequest, stop_after
from stream_processor.operations.verify import choose_segments, verify_all
from stream_processor.operations.verify_counts import Tally
from stream_processor.settings import Settings
from stream_processor.tables.table_reader import Segment

# Work that is under way when the time is up, such as a page of 1,000 rows, is finished first.
_MARGIN_S: Final = 20
_THREADS: Final = 8
_LAG_S: Final = 30


def rebuild_segment(event: Mapping[str, Any], context: InvocationContext) -> dict[str, Any]:
    """Rebuild at least one batch of a segment; a state machine repeats this until it is done.

    Args:
        event: `{"segment": i, "total_segments": n}` at first, then the value returned before.

    Returns:
        `segment` and `total_segments`, and the JSON form of `SegmentProgress`.
    """
    segment = Segment(event["segment"], event["total_segments"])
    progress = SegmentProgress.from_json(event)
    rebuilder = _open_operator_tools_once().create_rebuilder()
    batches = rebuild.rebuild_segment(rebuilder, segment, progress, BatchRetry())
    with _stop_in_time(context) as stop:
        for after_batch in batches:
            progress = after_batch
            if stop.is_requested:
                break
    return {"segment": segment.index, "total_segments": segment.total, **progress.to_json()}


def verify(event: Mapping[str, Any], context: InvocationContext) -> dict[str, Any]:
    """Verify both sides, or a sample; return the counts, and emit them as metrics.

    Args:
        event: `{"sample_percent": P, "lag_seconds": S, "repair": false}`, all optional.

    Raises:
        OutOfTimeError: the time was up before the end; the metrics have the counts until then.
    """
    tally = Tally()
    tools = _open_operator_tools_once()
    with _stop_in_time(context) as stop:
        try:
            verify_all(
                tools,
                choose_segments(event.get("sample_percent"), _THREADS),
                stop,
                tally.add,
                threads=_THREADS,
                lag_s=event.get("lag_seconds", _LAG_S),
                is_repairing=event.get("repair", False),
            )
        except StoppedError:
            raise OutOfTimeError from None
        finally:
            emit_embedded(tally.counts.to_metrics(), namespace=_read_settings().metrics_namespace)
    return tally.counts.to_json()


def redrive(event: Mapping[str, Any], context: InvocationContext) -> dict[str, Any]:
    """Redrive a failure store.

    Args:
        event: `{"from": "queue" or "s3", "dry_run": false}`.
    """
    store = create_failure_store(event["from"], _read_settings(), boto3.Session())
    repairer = _open_operator_tools_once().create_repairer()
    redriven, remaining = 0, 0
    entries = redrive_entries(store, repairer, is_dry_run=event.get("dry_run", False))
    with _stop_in_time(context) as stop, closing(entries):
        for entry in entries:
            redriven += not entry.remaining
            remaining += bool(entry.remaining)
            if stop.is_requested:
                break
    return {"redriven": redriven, "remaining": remaining, "is_done": not stop.is_requested}


def _stop_in_time(context: InvocationContext) -> AbstractContextManager[StopRequest]:
    return stop_after(get_remaining_s(context, _MARGIN_S))


def _read_settings() -> Settings:
    return Settings.from_environment(os.environ)


@functools.cache
def _open_operator_tools_once() -> OperatorTools:
    log_as_json()
    opened = ExitStack()
    atexit.register(opened.close)
    tools = opened.enter_context(open_operator_tools(_read_settings(), find_session()))
    collect_rarely()
    return tools
