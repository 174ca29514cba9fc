"""The composition root: the whole system, wired and running for the length of a with block."""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias

from local_stack.api_server import run_server
from local_stack.aws_access import REGION, create_client, create_session
from local_stack.data_directory import lock_data_directory
from local_stack.emulator import Emulator, run_emulator
from local_stack.event_source import EventSource
from local_stack.mending import mend_read_model
from local_stack.on_failure import FailureBucket
from local_stack.ports import HOST, find_port, listen
from local_stack.query_function import QUERY_FUNCTION, deploy_query_function
from local_stack.stream_reader import StreamReader
from local_stack.tables import FAILURES_BUCKET, create_resources
from notification_models.schema import NOTIFICATION_RECORDS
from query_api.asgi import create_app
from query_api.server import create_server
from query_api.settings import Settings as ApiSettings
from stream_processor.bootstrap import create_handler
from stream_processor.settings import Settings as ProcessorSettings

if TYPE_CHECKING:
    import socket

    import boto3
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

    from local_stack.delivery import Discard
    from local_stack.invocation import Handler

_FUNCTION_NAME: Final = "stream-processor"
_FUNCTION_ARN: Final = f"arn:aws:lambda:{REGION}:000000000000:function:{_FUNCTION_NAME}"
_DRAIN_TIMEOUT_S: Final = 10
# All parts share one machine with whatever else it does: a deadline fit for DynamoDB would
# answer 504 now and then.
_API_DEADLINE_MS: Final = 5000

_logger = logging.getLogger(__name__)

Report: TypeAlias = Callable[[str], None]
"""Told in a few words what was just done."""

MakeHandler: TypeAlias = Callable[["ProcessorSettings", "boto3.Session", str], "Handler"]
"""Makes the function that projects the stream; the last argument is the emulator's URL."""


Backend: TypeAlias = Literal["dynamodb", "lambda"]


class Part(Protocol):
    """A part that can say whether it still runs."""

    def check(self) -> None:
        """Raise a `LocalStackError` if it does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackOptions:
    """What a user may choose.

    Attributes:
        api_port: 0 for any free port.
        dynamodb_port: 0 for any free port; the emulator's other services are on it as well.
        data_dir: where data is kept from one run to the next; None to keep none.
        backend: what the API asks: DynamoDB itself, or the query Lambda.
    """

    api_port: int = 0
    dynamodb_port: int = 0
    data_dir: Path | None = None
    backend: Backend = "dynamodb"


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsClients:
    """Clients of the emulator."""

    dynamodb: "DynamoDBClient"
    streams: "DynamoDBStreamsClient"
    sqs: "SQSClient"
    s3: "S3Client"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalStack:
    """A running stack.

    Attributes:
        api_url: base URL of the API.
        emulator_url: endpoint of DynamoDB, its streams, SQS and S3.
        quarantine_queue_url: where poison records go.
        parts: everything that must run for the stack to work.
    """

    api_url: str
    emulator_url: str
    aws: AwsClients
    quarantine_queue_url: str
    event_source: EventSource
    parts: tuple[Part, ...]

    def check(self) -> None:
        """Make sure that every part still runs.

        Raises:
            LocalStackError: one has ended.
        """
        for part in self.parts:
            part.check()


@contextmanager
def run_stack(
    options: StackOptions, report: Report, make_handler: MakeHandler = create_handler
) -> Iterator[LocalStack]:
    """Start everything, and stop it in the reverse order.

    With a data directory, what was written is projected before the emulator stops: it keeps its
    tables, but not their streams. What a stack that was killed left unprojected is mended at the
    next start.

    Raises:
        LocalStackError: a port is taken, the data directory is not usable, or a part did not start.
    """
    with ExitStack() as started:
        # What may be refused comes first: nothing has been started then.
        data_dir = options.data_dir and started.enter_context(lock_data_directory(options.data_dir))
        listener = started.enter_context(listen(options.api_port, option="--api-port"))
        dynamodb_port = find_port(options.dynamodb_port, option="--dynamodb-port")

        emulator = started.enter_context(run_emulator(dynamodb_port, data_dir))
        report("AWS emulator started")

        session = create_session()
        aws = _create_clients(session, emulator.url)
        resources = create_resources(aws.dynamodb, aws.sqs, aws.s3)
        report("Tables, stream and quarantine queue ready")

        handler = make_handler(
            ProcessorSettings(
                read_table_name=NOTIFICATION_RECORDS.name,
                quarantine_queue_url=resources.quarantine_queue_url,
            ),
            session,
            emulator.url,
        )
        event_source = _create_event_source(aws, resources.stream_arn, handler)
        started.enter_context(event_source.running())
        report("Stream processor polling")
        if data_dir:
            started.callback(_drain, emulator, event_source)
            mended = mend_read_model(session, emulator.url)
            report(f"Read model compared with the command records: {mended} mended")

        if options.backend == "lambda":
            _deploy_query_function(session, emulator.url)
            report("Query Lambda deployed")
        settings = _make_api_settings(listener, emulator.url, options.backend)
        server = create_server(create_app(settings, session), settings)
        api = started.enter_context(run_server(server, listener))
        report("Query API serving")

        yield LocalStack(
            api_url=f"http://{HOST}:{listener.getsockname()[1]}",
            emulator_url=emulator.url,
            aws=aws,
            quarantine_queue_url=resources.quarantine_queue_url,
            event_source=event_source,
            parts=(emulator, event_source, api),
        )


def _create_clients(session: "boto3.Session", endpoint_url: str) -> AwsClients:
    return AwsClients(
        dynamodb=create_client(session, "dynamodb", endpoint_url),
        streams=create_client(session, "dynamodbstreams", endpoint_url),
        sqs=create_client(session, "sqs", endpoint_url),
        s3=create_client(session, "s3", endpoint_url),
    )


def _create_event_source(aws: AwsClients, stream_arn: str, handler: "Handler") -> EventSource:
    def destination_of(shard_id: str) -> "Discard":
        return FailureBucket(aws.s3, FAILURES_BUCKET, _FUNCTION_ARN, shard_id).send

    stream = StreamReader(aws.streams, stream_arn)
    return EventSource(stream, handler, destination_of, function_name=_FUNCTION_NAME)


def _deploy_query_function(session: "boto3.Session", endpoint_url: str) -> None:
    deploy_query_function(
        create_client(session, "lambda", endpoint_url),
        table_name=NOTIFICATION_RECORDS.name,
        deadline_ms=_API_DEADLINE_MS,
    )


def _make_api_settings(
    listener: "socket.socket", endpoint_url: str, backend: Backend
) -> ApiSettings:
    return ApiSettings(
        table_name=NOTIFICATION_RECORDS.name,
        dynamodb_endpoint_url=endpoint_url,
        lambda_endpoint_url=endpoint_url,
        backend=backend,
        function_name=QUERY_FUNCTION,
        host=HOST,
        port=listener.getsockname()[1],
        deadline_ms=_API_DEADLINE_MS,
    )


def _drain(emulator: Emulator, event_source: EventSource) -> None:
    if emulator.is_running and not event_source.wait_until_caught_up(_DRAIN_TIMEOUT_S):
        _logger.warning("stopped before everything written was projected: answers will lack it")
