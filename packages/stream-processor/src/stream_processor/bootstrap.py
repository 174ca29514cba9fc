"""The composition root: settings and clients to a handler, and Lambda's entry point."""

import functools
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config

from stream_processor.handler import PartialBatchResponse, StreamEvent, StreamHandler
from stream_processor.quarantine import SQSQuarantine
from stream_processor.read_model_writer import DynamoDBReadModelWriter
from stream_processor.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

_CONNECT_TIMEOUT_S: Final = 1
_READ_TIMEOUT_S: Final = 3
_ATTEMPTS: Final = 3


def create_handler(
    settings: Settings, session: boto3.Session, endpoint_url: str | None = None
) -> StreamHandler:
    """Wire a handler.

    Args:
        session: gives credentials and region.
        endpoint_url: of the emulator; None for AWS.
    """
    config = Config(
        connect_timeout=_CONNECT_TIMEOUT_S,
        read_timeout=_READ_TIMEOUT_S,
        retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
        max_pool_connections=settings.write_concurrency,
    )
    dynamodb: DynamoDBClient = session.client("dynamodb", endpoint_url=endpoint_url, config=config)
    sqs: SQSClient = session.client("sqs", endpoint_url=endpoint_url, config=config)
    return StreamHandler(
        DynamoDBReadModelWriter(dynamodb, settings.read_table_name),
        SQSQuarantine(sqs, settings.quarantine_queue_url),
        ThreadPoolExecutor(settings.write_concurrency, thread_name_prefix="write"),
    )


@functools.cache
def _create_handler_once() -> StreamHandler:
    return create_handler(Settings.from_environment(os.environ), boto3.Session())


def lambda_handler(event: StreamEvent, context: object) -> PartialBatchResponse:
    """Lambda's entry point: `stream_processor.bootstrap.lambda_handler`."""
    return _create_handler_once()(event, context)
