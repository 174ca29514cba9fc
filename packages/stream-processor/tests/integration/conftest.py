import asyncio
import socket
from contextlib import ExitStack, closing
from dataclasses import replace

import boto3
import pytest
from click.testing import CliRunner

from aws_client import ClientOptions, Credentials, RetryPolicy, Session, create_client
from notification_models.schema import COMMAND_RECORDS, encode_create_table
from stream_processor.aws.threaded_client import ThreadedClient
from stream_processor.cli.commands import stream_processor
from testing.fault_server import run_fault_server


@pytest.fixture
def boto3_session():
    return boto3.Session(
        aws_access_key_id="111111111111",
        aws_secret_access_key="unchecked",  # noqa: S106 - the emulator checks no signature
        region_name="ap-southeast-1",
    )


@pytest.fixture
def session(account_id):
    return Session("ap-southeast-1", Credentials(account_id, "unchecked"))


@pytest.fixture
def socket_runner():
    """Runs coroutines on an event loop with sockets."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def lean_client(session, socket_runner):  # noqa: ARG001 - its loop ends later
    """Create clients that do not retry; they belong to the loop of `socket_runner`."""
    created = []

    def create(service, url):
        options = ClientOptions(
            max_connections=8,
            connect_timeout_s=5,
            attempt_timeout_s=10,
            retry_policy=RetryPolicy(
                attempts=1, first_delay_s=0, longest_delay_s=0, retries_throttled=False
            ),
            user_agent="test",
        )
        created.append(create_client(session, service, options, url))
        return created[-1]

    yield create
    for each in created:
        each.close()


@pytest.fixture
def connect(session):
    """Open clients for threads at a URL; they do not wait between attempts."""
    policy = RetryPolicy(attempts=3, first_delay_s=0, longest_delay_s=0, retries_throttled=True)
    with ExitStack() as opened:

        def open_client(url, **changes):
            options = ClientOptions(
                max_connections=4,
                connect_timeout_s=1,
                attempt_timeout_s=10,
                retry_policy=policy,
                user_agent="tests",
            )
            client = ThreadedClient(session, replace(options, **changes), url)
            return opened.enter_context(closing(client))

        yield open_client


@pytest.fixture
def server():
    """A server whose responses a test defines."""
    with run_fault_server() as faults:
        yield faults


@pytest.fixture
def unused_port():
    """A local port on which nothing listens during the test."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture
def tables(read_table):
    read_table.create_table(**encode_create_table(COMMAND_RECORDS))
    return read_table


@pytest.fixture
def run(run_aloud):
    """Run a command; return its result, and fail if it has personal data."""

    def invoke(*arguments, **changes):
        result = run_aloud(*arguments, **changes)
        assert "canary" not in result.output
        return result

    return invoke


@pytest.fixture
def run_aloud(tables, emulator_url):
    """Run a command whose output may have personal data; return its result."""
    table = tables.describe_table(TableName=COMMAND_RECORDS.name)["Table"]
    environment = {
        "AWS_ACCESS_KEY_ID": table["TableArn"].split(":")[4],
        "AWS_SECRET_ACCESS_KEY": "unchecked",
        "AWS_DEFAULT_REGION": "ap-southeast-1",
        "AWS_ENDPOINT_URL": emulator_url,
        "AWS_CONFIG_FILE": "",
        "NO_PROXY": "127.0.0.1",
    }

    def invoke(*arguments, input=None, **changes):  # noqa: A002 - click's name
        runner = CliRunner(env=environment | changes)
        return runner.invoke(stream_processor, arguments, input=input)

    return invoke
