"""Every implementation of the read model, with the rows of a test; the service."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from typing import Any

import boto3
import httpx
import pytest

from aws_client import Credentials, Session
from notification_models import Row, Tombstone, encode_row
from notification_models.schema import NOTIFICATION_RECORDS, encode_create_table
from query_api.dynamodb.counting.pace import Pace
from query_api.dynamodb.read_model import DynamoDBReadModel
from query_api.query_lambda.handler import QueryFunction
from query_api.query_lambda.read_model import LambdaReadModel
from query_api.read_model.backend_client import create_backend_client
from query_api.read_model.deadline import DeadlineReadModel
from query_api.read_model.port import ReadModel
from query_api.settings import Settings
from testing.emulator import REGION
from testing.fault_server import FaultServer, run_fault_server
from testing.http_client import open_client
from testing.service_process import ServiceProcess, run_service

from ..support.boto3_read_model import Boto3ReadModel, create_boto3_client
from ..support.lambda_server import run_lambda

LONG_DEADLINE = {"QUERY_DEADLINE_MS": "20000"}
"""Longer than a deployed one, so that a busy machine does not exceed it."""

Rows = Iterable[Row | Tombstone]
MakeAt = Callable[..., ReadModel]

_BATCH = 25  # what BatchWriteItem takes
_DEADLINE_S = 10
_CONNECTIONS = 8
_TABLE = NOTIFICATION_RECORDS.name


@pytest.fixture
def write_rows(aws_client: Callable[[str], Any]) -> Callable[[Rows], None]:
    """Create the table with these rows, in the test's account."""

    def write(rows: Rows) -> None:
        client = aws_client("dynamodb")
        client.create_table(**encode_create_table(NOTIFICATION_RECORDS))
        puts = [{"PutRequest": {"Item": encode_row(row)}} for row in rows]
        for start in range(0, len(puts), _BATCH):
            batch = {_TABLE: puts[start : start + _BATCH]}
            assert not client.batch_write_item(RequestItems=batch)["UnprocessedItems"]

    return write


@pytest.fixture(scope="session")
def service_models() -> boto3.Session:
    """The service models that are read once for all tests of this package.

    Not `shared_session`: boto3 registers its handlers again on each use of a botocore session,
    after which clients of S3 can no longer be created from it.
    """
    return boto3.Session(region_name=REGION)


@pytest.fixture
def boto3_session(service_models: boto3.Session, account_id: str) -> boto3.Session:
    """A session of boto3 with the test's account."""
    return boto3.Session(
        account_id,
        "unchecked",
        region_name=service_models.region_name,
        botocore_session=service_models._session,  # noqa: SLF001 - boto3 gives it in no other way
    )


@pytest.fixture
def session(account_id: str) -> Session:
    """A session with the test's account."""
    return Session(REGION, Credentials(account_id, "unchecked"))


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """The event loop of a test, which its connections belong to."""
    with asyncio.Runner() as test_runner:
        yield test_runner


@pytest.fixture
def faults() -> Iterator[FaultServer]:
    with run_fault_server() as server:
        yield server


@pytest.fixture
def make_boto3_at(boto3_session: boto3.Session) -> Iterator[MakeAt]:
    with ExitStack() as closing:

        def make(url: str, *, deadline_s: float = _DEADLINE_S) -> ReadModel:
            client = create_boto3_client(boto3_session, url, deadline_s / 2, _CONNECTIONS)
            read_model = Boto3ReadModel(client, _TABLE, max_threads=_CONNECTIONS)
            closing.callback(read_model.close)
            return read_model

        yield make


@pytest.fixture
def make_dynamodb_at(session: Session, runner: asyncio.Runner) -> Iterator[MakeAt]:
    with ExitStack() as closing:

        def make(url: str, *, deadline_s: float = _DEADLINE_S) -> ReadModel:
            settings = create_settings(deadline_s, dynamodb_endpoint_url=url)
            client = create_backend_client("dynamodb", settings, session)
            closing.callback(close_on, runner, client.close)
            return DynamoDBReadModel(
                client,
                _TABLE,
                count_s=settings.count_s,
                pace=make_pace(),
            )

        yield make


@pytest.fixture
def make_invoking_at(session: Session, runner: asyncio.Runner) -> Iterator[MakeAt]:
    """Create the read model behind a query function, with Lambda at the URL."""
    with ExitStack() as closing:

        def make(url: str, *, deadline_s: float = _DEADLINE_S) -> ReadModel:
            settings = create_settings(deadline_s, lambda_endpoint_url=url)
            client = create_backend_client("lambda", settings, session)
            closing.callback(close_on, runner, client.close)
            return LambdaReadModel(client, settings.function_name)

        yield make


@pytest.fixture
def make_lambda_at(session: Session, make_invoking_at: MakeAt) -> Iterator[MakeAt]:
    """Create the read model behind a query function, with the function's DynamoDB at the URL."""
    with ExitStack() as closing:

        def make(url: str, *, deadline_s: float = _DEADLINE_S) -> ReadModel:
            function_runner = closing.enter_context(asyncio.Runner())
            settings = create_settings(deadline_s, dynamodb_endpoint_url=url)
            client = create_backend_client("dynamodb", settings, session)
            closing.callback(close_on, function_runner, client.close)
            read_model = DynamoDBReadModel(
                client,
                _TABLE,
                count_s=settings.count_s,
                pace=make_pace(),
            )
            bounded = DeadlineReadModel(read_model, deadline_s=deadline_s)
            function = QueryFunction(bounded, function_runner)
            lambda_url = closing.enter_context(run_lambda(function.handle))
            return make_invoking_at(lambda_url, deadline_s=2 * deadline_s)

        yield make


def make_pace() -> Pace:
    return Pace(cpu_share=1, max_reads=_CONNECTIONS)


def create_settings(deadline_s: float, **endpoints: str) -> Settings:
    return Settings(deadline_ms=int(deadline_s * 1000), max_connections=_CONNECTIONS, **endpoints)


@pytest.fixture
def start_service() -> Iterator[Callable[..., ServiceProcess]]:
    """Start the service as a process, with a long deadline and these variables."""
    with ExitStack() as running:
        yield lambda **settings: running.enter_context(run_service(LONG_DEADLINE | settings))


@pytest.fixture
def service_rows(make_row: Callable[..., Row]) -> Rows:
    """The rows of the read model behind the service."""
    return [make_row()]


@pytest.fixture
def service_url(
    emulator_url: str,
    account_id: str,
    write_rows: Callable[[Rows], None],
    service_rows: Rows,
    start_service: Callable[..., ServiceProcess],
) -> str:
    """Base URL of the service as a process, over the emulator."""
    write_rows(service_rows)
    return start_service(
        AWS_ACCESS_KEY_ID=account_id,
        QUERY_DYNAMODB_ENDPOINT_URL=emulator_url,
        QUERY_DEADLINE_MS="60000",  # the emulator is slow
    ).url


@pytest.fixture
def service(service_url: str) -> Iterator[httpx.Client]:
    """A client of that service."""
    with open_client(service_url) as client:
        yield client


def close_on(runner: asyncio.Runner, close: Callable[[], None]) -> None:
    """Close on the event loop of the connections, and let it deliver the end to them."""

    async def close_there() -> None:
        close()
        await asyncio.sleep(0)

    runner.run(close_there())


@pytest.fixture(params=["memory", "boto3", "dynamodb", "lambda"])
def make_read_model(request: pytest.FixtureRequest) -> Callable[[Rows], ReadModel]:
    """Create a read model with these rows; the one in memory has the same contract."""
    if request.param == "memory":
        make_in_memory: Callable[[Rows], ReadModel] = request.getfixturevalue(
            "make_fake_read_model"
        )
        return make_in_memory
    make_at: MakeAt = request.getfixturevalue(f"make_{request.param}_at")
    write_rows = request.getfixturevalue("write_rows")
    emulator_url = request.getfixturevalue("emulator_url")

    def make(rows: Rows) -> ReadModel:
        write_rows(rows)
        return make_at(emulator_url)

    return make
