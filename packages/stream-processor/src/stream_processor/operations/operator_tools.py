"""Composition root of the operator tools: wires settings and AWS clients to both tables."""

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import boto3
from botocore.config import Config

from notification_models import RowKey
from stream_processor.operations.comparison import Comparison, RowComparison, SourceComparison
from stream_processor.operations.failure_stores import OnFailureBucket, QuarantineQueue
from stream_processor.operations.rebuild import Rebuilder
from stream_processor.operations.redrive import FailureStore
from stream_processor.operations.repair import Repairer
from stream_processor.settings import Settings
from stream_processor.tables.command_table import CommandKey, DynamoDBCommandTable
from stream_processor.tables.read_model_table import DynamoDBReadModelTable
from stream_processor.tables.table_reader import TableDescription

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

StoreName: TypeAlias = Literal["queue", "s3"]
"""A failure store: the quarantine queue, or the on-failure bucket."""

# No caller waits for the tools, and many of their calls run at once: more time, more attempts.
_CONFIG: Final = Config(
    connect_timeout=1,
    read_timeout=20,
    retries={"mode": "standard", "total_max_attempts": 8},
    max_pool_connections=512,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorTools:
    """Both tables, and factories of the tools that work on them.

    Attributes:
        executor: runs calls at once, for all tools.
        keeps_expired: see `Repairer`.
    """

    commands: DynamoDBCommandTable
    read_model: DynamoDBReadModelTable
    executor: Executor
    keeps_expired: bool

    def describe(self) -> tuple[TableDescription, TableDescription]:
        """Describe the table of the command side and that of the read model.

        Raises:
            TableUnusableError: a table does not exist, or access is denied.
        """
        return self.commands.describe(), self.read_model.describe()

    def create_repairer(self) -> Repairer:
        """Create a `Repairer`."""
        return Repairer(self.commands, self.read_model, keeps_expired=self.keeps_expired)

    def create_rebuilder(
        self, wait_for_write: Callable[[], None] = lambda: None, *, is_dry_run: bool = False
    ) -> Rebuilder:
        """Create a `Rebuilder`."""
        return Rebuilder(
            self.commands,
            self.read_model,
            self.executor,
            wait_for_write,
            is_dry_run=is_dry_run,
            keeps_expired=self.keeps_expired,
        )

    def create_comparisons(self) -> tuple[Comparison[RowKey], Comparison[CommandKey]]:
        """Create the comparisons of a verification.

        Rows come before records: the row that a moved record left behind is then repaired, and
        counted, once.
        """
        repairer = self.create_repairer()
        return (
            RowComparison(self.commands, self.read_model, repairer),
            SourceComparison(self.commands, self.read_model, repairer),
        )


def create_operator_tools(
    settings: Settings, session: boto3.Session, endpoint_url: str | None = None
) -> OperatorTools:
    """Wire what the operator tools share; arguments as for `create_handler`."""
    dynamodb: DynamoDBClient = session.client("dynamodb", endpoint_url=endpoint_url, config=_CONFIG)
    return OperatorTools(
        commands=DynamoDBCommandTable(dynamodb, settings.command_table_name),
        read_model=DynamoDBReadModelTable(dynamodb, settings.read_table_name),
        executor=ThreadPoolExecutor(settings.concurrency, thread_name_prefix="call"),
        keeps_expired=settings.keeps_expired,
    )


def create_failure_store(
    name: StoreName, settings: Settings, session: boto3.Session
) -> FailureStore:
    """Wire a failure store.

    Raises:
        InvalidSettingError: its queue or bucket is not set.
    """
    if name == "queue":
        queue_url = settings.require("quarantine_queue_url")
        sqs: SQSClient = session.client("sqs", config=_CONFIG)
        return QuarantineQueue(sqs, queue_url)
    bucket = settings.require("on_failure_bucket")
    s3: S3Client = session.client("s3", config=_CONFIG)
    return OnFailureBucket(s3, bucket)
