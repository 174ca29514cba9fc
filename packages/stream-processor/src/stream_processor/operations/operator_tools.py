"""Composition root of the operator tools: wires settings and AWS clients to both tables."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import boto3
from botocore.config import Config

from aws_client import ClientOptions, RetryPolicy, Session
from notification_models import RowKey
from stream_processor.aws.threaded_client import ThreadedClient
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
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

StoreName: TypeAlias = Literal["queue", "s3"]
"""A failure store: the quarantine queue, or the on-failure bucket."""

# No caller waits for the tools, and many of their calls run at once: more time, more attempts.
_ATTEMPTS: Final = 8
_CONNECT_TIMEOUT_S: Final = 1
_ATTEMPT_TIMEOUT_S: Final = 20
# BatchGetItem returns up to 16 MB of data, whose JSON is longer.
_MAX_RESPONSE_BYTES: Final = 64 * 1024 * 1024
_RETRY_POLICY: Final = RetryPolicy(
    attempts=_ATTEMPTS, first_delay_s=0.05, longest_delay_s=20, retries_throttled=True
)
_BOTO3_CONFIG: Final = Config(
    connect_timeout=_CONNECT_TIMEOUT_S,
    read_timeout=_ATTEMPT_TIMEOUT_S,
    retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorTools:
    """Both tables, and factories of the tools that work on them.

    Attributes:
        executor: runs repairs and re-checks at once, for all tools.
        keeps_expired: see `Repairer`.
    """

    commands: DynamoDBCommandTable
    read_model: DynamoDBReadModelTable
    executor: Executor
    keeps_expired: bool

    def describe(self) -> tuple[TableDescription, TableDescription]:
        """Describe the table of the command side and that of the read model.

        Raises:
            TableUnusableError: wrong endpoint, region or credentials, no such table, no access.
            OtherTableError: a table is not the one it should be, by its key.
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


@contextmanager
def open_operator_tools(
    settings: Settings, session: Session, endpoint_url: str | None = None
) -> Iterator[OperatorTools]:
    """Wire what the operator tools share; it closes at the end of the with block.

    Args:
        endpoint_url: of an emulator; None for AWS.

    Raises:
        InvalidConfigurationError: AWS's own settings are invalid.
    """
    with (
        closing(create_threaded_client(settings, session, endpoint_url)) as client,
        ThreadPoolExecutor(settings.concurrency, thread_name_prefix="call") as executor,
    ):
        yield OperatorTools(
            commands=DynamoDBCommandTable(client, settings.command_table_name),
            read_model=DynamoDBReadModelTable(client, settings.read_table_name),
            executor=executor,
            keeps_expired=settings.keeps_expired,
        )


def create_threaded_client(
    settings: Settings, session: Session, endpoint_url: str | None = None
) -> ThreadedClient:
    """Create the client of both tables; arguments and errors as for `open_operator_tools`."""
    options = ClientOptions(
        max_connections=settings.concurrency,
        connect_timeout_s=_CONNECT_TIMEOUT_S,
        attempt_timeout_s=_ATTEMPT_TIMEOUT_S,
        retry_policy=_RETRY_POLICY,
        user_agent="stream-processor",
        max_response_bytes=_MAX_RESPONSE_BYTES,
    )
    return ThreadedClient(session, options, endpoint_url)


def create_failure_store(
    name: StoreName, settings: Settings, session: boto3.Session
) -> FailureStore:
    """Wire a failure store.

    Raises:
        InvalidSettingError: its queue or bucket is not set.
    """
    if name == "queue":
        queue_url = settings.require("quarantine_queue_url")
        sqs: SQSClient = session.client("sqs", config=_BOTO3_CONFIG)
        return QuarantineQueue(sqs, queue_url)
    bucket = settings.require("on_failure_bucket")
    s3: S3Client = session.client("s3", config=_BOTO3_CONFIG)
    return OnFailureBucket(s3, bucket)
