"""The composition root: the whole system, wired and running for the length of a with block."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from local_stack.api_server import run_server
from local_stack.emulator.aws_access import create_client, create_session
from local_stack.emulator.data_directory import lock_data_directory
from local_stack.emulator.emulator import Emulator, run_emulator
from local_stack.event_source.event_source import EventSource
from local_stack.mending import mend_read_model
from local_stack.pipeline import MakeHandler, Pipeline, Report, create_clients, run_pipeline
from local_stack.ports import HOST, find_port, listen
from local_stack.query_function import QUERY_FUNCTION, deploy_query_function
from notification_models.schema import NOTIFICATION_RECORDS
from query_api.asgi import create_app
from query_api.server import create_server
from query_api.settings import Settings as ApiSettings
from stream_processor.bootstrap import create_handler

if TYPE_CHECKING:
    import socket

    import boto3

_DRAIN_TIMEOUT_S: Final = 10
# All parts share one machine with whatever else it does: a deadline fit for DynamoDB would
# answer 504 now and then.
_API_DEADLINE_MS: Final = 5000
# A client that never finishes its request must not keep the stack from stopping.
_API_SHUTDOWN_S: Final = 3

_logger = logging.getLogger(__name__)

Backend: TypeAlias = Literal["dynamodb", "lambda"]


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
class LocalStack(Pipeline):
    """A running stack: the pipeline and the API over it.

    Attributes:
        api_url: base URL of the API.
        emulator_url: endpoint of DynamoDB, its streams, SQS and S3.
    """

    api_url: str
    emulator_url: str


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
        aws = create_clients(session, dynamodb_url=emulator.url, emulator_url=emulator.url)
        pipeline = started.enter_context(
            run_pipeline(aws, session, emulator.url, report, make_handler)
        )
        if data_dir:
            started.callback(_drain, emulator, pipeline.event_source)
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
            quarantine_queue_url=pipeline.quarantine_queue_url,
            event_source=pipeline.event_source,
            parts=(emulator, *pipeline.parts, api),
        )


@contextmanager
def run_poller(dynamodb_url: str, emulator_port: int, report: Report) -> Iterator[Pipeline]:
    """Run the pipeline alone, over a DynamoDB that somebody else runs.

    That has neither SQS nor S3: an emulator beside it plays both, and keeps nothing. A poison
    record is there again after a restart, when the stream is read from its beginning.

    Args:
        emulator_port: of SQS and S3; 0 for any free port.

    Raises:
        LocalStackError: the port is taken, DynamoDB refused or does not answer, or a part did not
            start.
    """
    port = find_port(emulator_port, option="--emulator-port")
    with run_emulator(port, services=("s3", "sqs")) as emulator:
        report("Emulator of SQS and S3 started")
        session = create_session()
        aws = create_clients(session, dynamodb_url=dynamodb_url, emulator_url=emulator.url)
        make_handler = partial(create_handler, queue_endpoint_url=emulator.url)
        with run_pipeline(aws, session, dynamodb_url, report, make_handler) as pipeline:
            yield replace(pipeline, parts=(emulator, *pipeline.parts))


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
        shutdown_s=_API_SHUTDOWN_S,
    )


def _drain(emulator: Emulator, event_source: EventSource) -> None:
    if emulator.is_running and not event_source.wait_until_caught_up(_DRAIN_TIMEOUT_S):
        _logger.warning("stopped before everything written was projected: answers will lack it")
