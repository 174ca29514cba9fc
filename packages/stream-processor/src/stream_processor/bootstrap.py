"""The composition root: settings and clients to handler and tools."""

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config

from stream_processor.aws.dynamodb_client import LeanDynamoDBClient
from stream_processor.exceptions import InvalidSettingError
from stream_processor.observability.metrics import EmitMetrics, emit_nothing
from stream_processor.operations.failure_stores import OnFailureBucket, QuarantineQueue
from stream_processor.operations.operator_tools import OperatorTools, StoreName
from stream_processor.operations.redrive import FailureStore
from stream_processor.settings import OperationSettings, Settings
from stream_processor.stream.handler import StreamHandler
from stream_processor.stream.quarantine import SQSQuarantine
from stream_processor.stream.read_model_writer import DynamoDBReadModelWriter
from stream_processor.tables.command_table import DynamoDBCommandTable
from stream_processor.tables.read_model_table import DynamoDBReadModelTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

_CONNECT_TIMEOUT_S: Final = 1
_READ_TIMEOUT_S: Final = 3
# The tools have nobody waiting for them, and the segments of a table beside them.
_OPERATION_READ_TIMEOUT_S: Final = 20
_OPERATION_ATTEMPTS: Final = 8
_MAX_CONNECTIONS: Final = 512


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
        session: gives credentials and region.
        endpoint_url: of the emulator; None for AWS.
        queue_endpoint_url: of SQS, where the emulator of DynamoDB does not play it.
        emit_metrics: takes what each batch came to.
    """
    config = Config(
        connect_timeout=_CONNECT_TIMEOUT_S,
        read_timeout=_READ_TIMEOUT_S,
        # The handler tries again itself: it knows how much time is left.
        retries={"mode": "standard", "total_max_attempts": 1},
        max_pool_connections=settings.write_concurrency,
    )
    dynamodb: DynamoDBClient = session.client("dynamodb", endpoint_url=endpoint_url, config=config)
    sqs: SQSClient = session.client(
        "sqs", endpoint_url=queue_endpoint_url or endpoint_url, config=config
    )
    return StreamHandler(
        DynamoDBReadModelWriter(LeanDynamoDBClient(session, dynamodb), settings.read_table_name),
        SQSQuarantine(sqs, settings.quarantine_queue_url),
        ThreadPoolExecutor(settings.write_concurrency, thread_name_prefix="write"),
        emit_metrics=emit_metrics,
        keeps_expired=settings.keeps_expired,
    )


def create_operator_tools(
    settings: OperationSettings, session: boto3.Session, endpoint_url: str | None = None
) -> OperatorTools:
    """Wire what the operators' tools share; arguments as for `create_handler`."""
    dynamodb: DynamoDBClient = session.client(
        "dynamodb", endpoint_url=endpoint_url, config=_create_operation_config()
    )
    return OperatorTools(
        commands=DynamoDBCommandTable(dynamodb, settings.command_table_name),
        read_model=DynamoDBReadModelTable(dynamodb, settings.read_table_name),
        executor=ThreadPoolExecutor(settings.concurrency, thread_name_prefix="call"),
        keeps_expired=settings.keeps_expired,
    )


def create_failure_store(
    name: StoreName,
    settings: OperationSettings,
    session: boto3.Session,
    endpoint_url: str | None = None,
) -> FailureStore:
    """Wire a place where failures were set aside; arguments as for `create_handler`.

    Raises:
        InvalidSettingError: it is not known which queue or bucket that is.
    """
    config = _create_operation_config()
    if name == "queue":
        if not settings.quarantine_queue_url:
            raise InvalidSettingError("QUARANTINE_QUEUE_URL", "is missing")
        sqs: SQSClient = session.client("sqs", endpoint_url=endpoint_url, config=config)
        return QuarantineQueue(sqs, settings.quarantine_queue_url)
    if not settings.failures_bucket:
        raise InvalidSettingError("FAILURES_BUCKET", "is missing")
    s3: S3Client = session.client("s3", endpoint_url=endpoint_url, config=config)
    return OnFailureBucket(s3, settings.failures_bucket)


def _create_operation_config() -> Config:
    return Config(
        connect_timeout=_CONNECT_TIMEOUT_S,
        read_timeout=_OPERATION_READ_TIMEOUT_S,
        retries={"mode": "standard", "total_max_attempts": _OPERATION_ATTEMPTS},
        max_pool_connections=_MAX_CONNECTIONS,
    )
