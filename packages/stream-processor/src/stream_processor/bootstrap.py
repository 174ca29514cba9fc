"""Composition root of the stream function: wires settings and AWS clients to its handler.

The operator tools are wired in `operations.operator_tools`.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config

from stream_processor.aws.dynamodb_client import LeanDynamoDBClient
from stream_processor.observability.metrics import EmitMetrics, emit_nothing
from stream_processor.settings import Settings
from stream_processor.stream.handler import StreamHandler
from stream_processor.stream.quarantine import SQSQuarantine
from stream_processor.stream.read_model_writer import DynamoDBReadModelWriter

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

_CONNECT_TIMEOUT_S: Final = 1
_READ_TIMEOUT_S: Final = 3


def create_handler(
    settings: Settings,
    session: boto3.Session,
    endpoint_url: str | None = None,
    emit_metrics: EmitMetrics = emit_nothing,
    *,
    queue_endpoint_url: str | None = None,
) -> StreamHandler:
    """Wire a handler.

    Args:
        session: provides credentials and region.
        endpoint_url: of an emulator; None for AWS.
        emit_metrics: receives the metrics of each batch.
        queue_endpoint_url: of SQS, if it is not at `endpoint_url`.

    Raises:
        InvalidSettingError: the quarantine queue is not set.
    """
    queue_url = settings.require("quarantine_queue_url")
    config = Config(
        connect_timeout=_CONNECT_TIMEOUT_S,
        read_timeout=_READ_TIMEOUT_S,
        # The handler retries by itself: it knows how much time is left.
        retries={"mode": "standard", "total_max_attempts": 1},
        max_pool_connections=settings.concurrency,
    )
    dynamodb: DynamoDBClient = session.client("dynamodb", endpoint_url=endpoint_url, config=config)
    sqs: SQSClient = session.client(
        "sqs", endpoint_url=queue_endpoint_url or endpoint_url, config=config
    )
    return StreamHandler(
        DynamoDBReadModelWriter(LeanDynamoDBClient(session, dynamodb), settings.read_table_name),
        SQSQuarantine(sqs, queue_url),
        ThreadPoolExecutor(settings.concurrency, thread_name_prefix="write"),
        emit_metrics=emit_metrics,
        keeps_expired=settings.keeps_expired,
    )
