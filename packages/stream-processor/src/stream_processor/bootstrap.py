"""Composition root of the stream function: wires settings and AWS clients to its handler.

The operator tools are wired in `operations.operator_tools`.
"""

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Final, TypeAlias

from aws_client import ClientOptions, RetryPolicy, Session, create_client
from stream_processor.observability.metrics import EmitByAp, EmitMetrics, emit_nothing
from stream_processor.settings import Settings
from stream_processor.stream.handler import StreamHandler
from stream_processor.stream.quarantine import Quarantine, SQSQuarantine
from stream_processor.stream.read_model_writer import DynamoDBReadModelWriter, ReadModelWriter

# A batch waits for its slowest call, so calls are repeated soon, as long as there is time.
_RETRY_POLICY: Final = RetryPolicy(
    attempts=5, first_delay_s=0.05, longest_delay_s=2, retries_throttled=True
)
_CONNECT_TIMEOUT_S: Final = 1
_ATTEMPT_TIMEOUT_S: Final = 3
_USER_AGENT: Final = "stream-processor"


Ports: TypeAlias = tuple[ReadModelWriter, Quarantine, asyncio.Runner]
"""Both ports of a handler, and the event loop that they belong to."""


@contextmanager
def open_handler(
    settings: Settings,
    session: Session,
    endpoint_url: str | None = None,
    emit_metrics: EmitMetrics = emit_nothing,
    emit_by_ap: EmitByAp = emit_nothing,
    *,
    queue_endpoint_url: str | None = None,
) -> Iterator[StreamHandler]:
    """Wire a handler; see `open_ports`.

    Args:
        emit_metrics: receives the metrics of each batch.
        emit_by_ap: receives the statuses that the notifications of each batch reached.
    """
    with open_ports(settings, session, endpoint_url, queue_endpoint_url=queue_endpoint_url) as (
        writer,
        quarantine,
        runner,
    ):
        yield StreamHandler(
            writer,
            quarantine,
            runner,
            emit_metrics=emit_metrics,
            emit_by_ap=emit_by_ap,
            keeps_expired=settings.keeps_expired,
        )


@contextmanager
def open_ports(
    settings: Settings,
    session: Session,
    endpoint_url: str | None = None,
    *,
    queue_endpoint_url: str | None = None,
) -> Iterator[Ports]:
    """Wire the ports; their connections close at the end of the with block.

    Args:
        endpoint_url: of an emulator; None for AWS.
        queue_endpoint_url: of SQS, if it is not at `endpoint_url`.

    Raises:
        InvalidSettingError: the quarantine queue is not set.
        InvalidConfigurationError: AWS's own settings are invalid.
    """
    queue_url = settings.require("quarantine_queue_url")
    options = ClientOptions(
        max_connections=settings.concurrency,
        connect_timeout_s=_CONNECT_TIMEOUT_S,
        attempt_timeout_s=_ATTEMPT_TIMEOUT_S,
        retry_policy=_RETRY_POLICY,
        user_agent=_USER_AGENT,
    )
    with (
        asyncio.Runner() as runner,
        closing(create_client(session, "dynamodb", options, endpoint_url)) as dynamodb,
        closing(create_client(session, "sqs", options, queue_endpoint_url or endpoint_url)) as sqs,
    ):
        writer = DynamoDBReadModelWriter(dynamodb, settings.read_table_name)
        yield writer, SQSQuarantine(sqs, queue_url), runner
