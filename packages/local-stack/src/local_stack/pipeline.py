"""Wires tables, stream processor and event source: from command records to rows."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from local_stack.emulator.aws_access import AWS_SESSION, REGION, create_client
from local_stack.emulator.resources import ON_FAILURE_BUCKET, create_resources
from local_stack.event_source.event_source import EventSource
from local_stack.event_source.on_failure import OnFailureDestination
from local_stack.event_source.stream_reader import StreamReader
from notification_models.schema import NOTIFICATION_RECORDS
from stream_processor.settings import Settings as ProcessorSettings

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

    from aws_client import Session
    from local_stack.event_source.delivery import Discard
    from local_stack.event_source.invocation import Handler

_FUNCTION_NAME: Final = "stream-processor"
_FUNCTION_ARN: Final = f"arn:aws:lambda:{REGION}:000000000000:function:{_FUNCTION_NAME}"

Report: TypeAlias = Callable[[str], None]
"""Reports a step that is done, in a few words."""

HandlerFactory: TypeAlias = Callable[
    ["ProcessorSettings", "Session", str], AbstractContextManager["Handler"]
]
"""Opens the stream processor; the last argument is DynamoDB's URL."""


class Component(Protocol):
    """A component of the stack that can check itself."""

    def check(self) -> None:
        """Raise a `LocalStackError` if it does not run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsClients:
    """Clients of the emulated AWS services."""

    dynamodb: "DynamoDBClient"
    streams: "DynamoDBStreamsClient"
    sqs: "SQSClient"
    s3: "S3Client"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """A running pipeline.

    Attributes:
        quarantine_queue_url: queue of poison records.
        components: those that must run.
    """

    aws: AwsClients
    quarantine_queue_url: str
    event_source: EventSource
    components: tuple[Component, ...]

    def check(self) -> None:
        """Check that every component still runs.

        Raises:
            LocalStackError: one has ended.
        """
        for component in self.components:
            component.check()


def create_clients(session: "boto3.Session", *, dynamodb_url: str, emulator_url: str) -> AwsClients:
    """Create clients of a DynamoDB with its streams, and of an emulator's SQS and S3."""
    return AwsClients(
        dynamodb=create_client(session, "dynamodb", dynamodb_url),
        streams=create_client(session, "dynamodbstreams", dynamodb_url),
        sqs=create_client(session, "sqs", emulator_url),
        s3=create_client(session, "s3", emulator_url),
    )


@contextmanager
def run_pipeline(
    aws: AwsClients,
    dynamodb_url: str,
    report: Report,
    handler_factory: HandlerFactory,
) -> Iterator[Pipeline]:
    """Create the missing resources, and project the stream while the with block runs.

    Raises:
        LocalStackError: a table, the queue or the bucket could not be created.
    """
    resources = create_resources(aws.dynamodb, aws.sqs, aws.s3)
    report("Tables, quarantine queue and on-failure bucket ready")
    settings = ProcessorSettings(
        read_table_name=NOTIFICATION_RECORDS.name,
        quarantine_queue_url=resources.quarantine_queue_url,
    )
    with handler_factory(settings, AWS_SESSION, dynamodb_url) as handler:
        event_source = _create_event_source(aws, resources.stream_arn, handler)
        with event_source.running():
            report("Stream processor started")
            yield Pipeline(
                aws=aws,
                quarantine_queue_url=resources.quarantine_queue_url,
                event_source=event_source,
                components=(event_source,),
            )


def _create_event_source(aws: AwsClients, stream_arn: str, handler: "Handler") -> EventSource:
    def create_destination(shard_id: str) -> "Discard":
        return OnFailureDestination(aws.s3, ON_FAILURE_BUCKET, _FUNCTION_ARN, shard_id).send

    stream = StreamReader(aws.streams, stream_arn)
    return EventSource(stream, handler, create_destination, function_name=_FUNCTION_NAME)
