"""Every Lambda entry point: `stream_processor.lambda_handlers.<name>`.

The entry points of the operator tools import them when called: the stream function needs none of
them, and each import lengthens its cold start.
"""

import atexit
import functools
import os
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from aws_client import find_session
from stream_processor.bootstrap import open_handler
from stream_processor.garbage import collect_rarely
from stream_processor.invocation import InvocationContext
from stream_processor.observability.embedded_metrics import emit_embedded
from stream_processor.observability.json_log import log_as_json
from stream_processor.observability.metrics import EmitByAp, emit_nothing
from stream_processor.observability.notifications_by_ap import NotificationsByAp
from stream_processor.settings import Settings
from stream_processor.stream.batch_response import PartialBatchResponse
from stream_processor.stream.handler import StreamEvent, StreamHandler


def project_stream(event: StreamEvent, context: InvocationContext) -> PartialBatchResponse:
    """Project a batch of the command table's stream; see `StreamHandler`."""
    return _open_handler_once()(event, context)


def rebuild_segment(event: Mapping[str, Any], context: InvocationContext) -> dict[str, Any]:
    """Rebuild one segment; see `lambda_tools.rebuild_segment`."""
    from stream_processor.operations import lambda_tools  # noqa: PLC0415 - see above

    return lambda_tools.rebuild_segment(event, context)


def verify(event: Mapping[str, Any], context: InvocationContext) -> dict[str, Any]:
    """Verify both tables; see `lambda_tools.verify`."""
    from stream_processor.operations import lambda_tools  # noqa: PLC0415 - see above

    return lambda_tools.verify(event, context)


def redrive(event: Mapping[str, Any], context: InvocationContext) -> dict[str, Any]:
    """Redrive stored failures; see `lambda_tools.redrive`."""
    from stream_processor.operations import lambda_tools  # noqa: PLC0415 - see above

    return lambda_tools.redrive(event, context)


@functools.cache
def _open_handler_once() -> StreamHandler:
    log_as_json()
    settings = Settings.from_environment(os.environ)
    opened = ExitStack()
    atexit.register(opened.close)
    emit_by_ap: EmitByAp = emit_nothing
    if settings.metrics_by_ap == "on":
        emit_by_ap = NotificationsByAp(settings.watched_aps, namespace=settings.metrics_namespace)
    emit_metrics = functools.partial(emit_embedded, namespace=settings.metrics_namespace)
    handler = opened.enter_context(
        open_handler(settings, find_session(), emit_metrics=emit_metrics, emit_by_ap=emit_by_ap)
    )
    collect_rarely()
    return handler
