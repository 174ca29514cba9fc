"""Composition root: wires the whole system and runs it in a with block."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from local_stack.api_server import run_server
from local_stack.emulator.aws_access import AWS_SESSION, create_client, create_session
from local_stack.emulator.data_directory import lock_data_directory
from local_stack.emulator.emulator import Emulator, run_emulator
from local_stack.emulator.resources import check_endpoint
from local_stack.event_source.event_source import EventSource
from local_stack.pipeline import HandlerFactory, Pipeline, Report, create_clients, run_pipeline
from local_stack.ports import HOST, find_port, listen
from local_stack.query_function import QUERY_FUNCTION, deploy_query_function
from notification_models.schema import NOTIFICATION_RECORDS
from query_api.asgi import create_app
from query_api.server import create_server
from query_api.settings import Settings as ApiSettings
from stream_processor.bootstrap import open_handler
from stream_processor.operations.operator_tools import open_operator_tools
from stream_processor.operations.stop_request import StopRequest
from stream_processor.operations.verify import choose_segments, verify_all
from stream_processor.operations.verify_counts import Tally
from stream_processor.settings import Settings as ProcessorSettings

if TYPE_CHECKING:
    import socket

    import boto3

_DRAIN_TIMEOUT_S: Final = 10
_REPAIR_THREADS: Final = 4
# All components share one machine: with the deadline for AWS, some queries would return 504.
_API_DEADLINE_MS: Final = 5000
# A client that never finishes its request must not delay the stop.
_API_SHUTDOWN_S: Final = 3

_logger = logging.getLogger(__name__)

Backend: TypeAlias = Literal["dynamodb", "lambda"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StackOptions:
    """The options of `up`.

    Attributes:
        api_port: 0 for any free port.
        dynamodb_port: 0 for any free port; also serves SQS, S3 and Lambda.
        data_dir: keeps the data between runs; None to keep none.
        backend: what the API queries: DynamoDB itself, or the query Lambda.
    """

    api_port: int = 0
    dynamodb_port: int = 0
    data_dir: Path | None = None
    backend: Backend = "dynamodb"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalStack(Pipeline):
    """A running stack: the pipeline and the API.

    Attributes:
        api_url: base URL of the API.
        emulator_url: endpoint of DynamoDB, its streams, SQS and S3.
    """

    api_url: str
    emulator_url: str


@contextmanager
def run_stack(
    options: StackOptions, report: Report, handler_factory: HandlerFactory = open_handler
) -> Iterator[LocalStack]:
    """Start everything, and stop it in the reverse order.

    With a data directory, all writes are projected before the emulator stops: it keeps its tables
    but not their streams. What a killed stack did not project is repaired at the next start.

    Raises:
        LocalStackError: a port is in use, the data directory is unusable, or a component did not
            start.
    """
    with ExitStack() as started:
        # The options that can be refused come first, before anything starts.
        data_dir = options.data_dir and started.enter_context(lock_data_directory(options.data_dir))
        listener = started.enter_context(listen(options.api_port, option="--api-port"))
        dynamodb_port = find_port(options.dynamodb_port, option="--dynamodb-port")

        emulator = started.enter_context(run_emulator(dynamodb_port, data_dir))
        report("AWS emulator started")

        session = create_session()
        aws = create_clients(session, dynamodb_url=emulator.url, emulator_url=emulator.url)
        pipeline = started.enter_context(run_pipeline(aws, emulator.url, report, handler_factory))
        if data_dir:
            started.callback(_drain, emulator, pipeline.event_source)
            repaired = _repair_read_model(emulator.url)
            report(f"Read model compared with the command records: {repaired} repaired")

        if options.backend == "lambda":
            _deploy_query_function(session, emulator.url)
            report("Query Lambda deployed")
        settings = _build_api_settings(listener, emulator.url, options.backend)
        server = create_server(create_app(settings, AWS_SESSION), settings)
        api = started.enter_context(run_server(server, listener))
        report("Query API started")

        yield LocalStack(
            api_url=f"http://{HOST}:{listener.getsockname()[1]}",
            emulator_url=emulator.url,
            aws=aws,
            quarantine_queue_url=pipeline.quarantine_queue_url,
            event_source=pipeline.event_source,
            components=(emulator, *pipeline.components, api),
        )


@contextmanager
def run_pipeline_only(dynamodb_url: str, emulator_port: int, report: Report) -> Iterator[Pipeline]:
    """Run only the pipeline, with a DynamoDB that runs elsewhere.

    An emulator provides SQS and S3, and keeps nothing. A poison record is quarantined again after
    a restart, which reads the stream from its beginning.

    Args:
        emulator_port: of SQS and S3; 0 for any free port.

    Raises:
        LocalStackError: the port is in use, DynamoDB is unreachable or refused a request, or a
            component did not start.
    """
    session = create_session()
    check_endpoint(create_client(session, "dynamodb", dynamodb_url), option="--dynamodb-url")
    port = find_port(emulator_port, option="--emulator-port")
    with run_emulator(port, services=("s3", "sqs")) as emulator:
        report("Emulator of SQS and S3 started")
        aws = create_clients(session, dynamodb_url=dynamodb_url, emulator_url=emulator.url)
        handler_factory = partial(open_handler, queue_endpoint_url=emulator.url)
        with run_pipeline(aws, dynamodb_url, report, handler_factory) as pipeline:
            yield replace(pipeline, components=(emulator, *pipeline.components))


def _repair_read_model(endpoint_url: str) -> int:
    """Repair every row that differs from its command record; returns how many.

    It waits for no lag: the stream holds no earlier changes, and delivers the later ones.
    """
    tally = Tally()
    with open_operator_tools(ProcessorSettings(), AWS_SESSION, endpoint_url) as tools:
        verify_all(
            tools,
            choose_segments(None, _REPAIR_THREADS),
            StopRequest(),
            tally.add,
            threads=_REPAIR_THREADS,
            lag_s=0,
            is_repairing=True,
        )
    return tally.counts.repaired


def _deploy_query_function(session: "boto3.Session", endpoint_url: str) -> None:
    deploy_query_function(
        create_client(session, "lambda", endpoint_url),
        table_name=NOTIFICATION_RECORDS.name,
        deadline_ms=_API_DEADLINE_MS,
    )


def _build_api_settings(
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
        _logger.warning(
            "stopped before all writes were projected; the next start repairs the read model"
        )
