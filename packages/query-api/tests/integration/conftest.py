"""Every implementation of the read model, each filled with the rows of a test; the service."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from notification_models import Row, Tombstone, encode_row
from notification_models.schema import NOTIFICATION_RECORDS, encode_create_table
from query_api.dynamodb.boto3_read_model import Boto3ReadModel
from query_api.read_model import ReadModel

Rows = Iterable[Row | Tombstone]
_BATCH = 25  # what BatchWriteItem takes


@pytest.fixture
def write_rows(aws_client: Callable[[str], Any]) -> Callable[[Rows], Any]:
    """Make the table with these rows in it; gives a client of the account that has it."""

    def write(rows: Rows) -> Any:
        client = aws_client("dynamodb")
        client.create_table(**encode_create_table(NOTIFICATION_RECORDS))
        puts = [{"PutRequest": {"Item": encode_row(row)}} for row in rows]
        for start in range(0, len(puts), _BATCH):
            batch = {NOTIFICATION_RECORDS.name: puts[start : start + _BATCH]}
            assert not client.batch_write_item(RequestItems=batch)["UnprocessedItems"]
        return client

    return write


@pytest.fixture(params=["memory", "boto3"])
def make_read_model(
    request: pytest.FixtureRequest, make_fake_read_model: Callable[[Rows], ReadModel]
) -> "Iterator[Callable[[Rows], ReadModel]]":
    """Make a read model with these rows. The one in memory is held to the same contract.

    A further implementation is one more parameter.
    """
    if request.param == "memory":
        yield make_fake_read_model
        return
    write_rows = request.getfixturevalue("write_rows")
    with ExitStack() as closing:

        def make(rows: Rows) -> ReadModel:
            table = NOTIFICATION_RECORDS.name
            read_model = Boto3ReadModel(write_rows(rows), table, max_threads=8)
            closing.callback(read_model.close)
            return read_model

        yield make


@pytest.fixture
def service_rows(make_row: Callable[..., Row]) -> Rows:
    """What the read model behind the service holds."""
    return [make_row()]


@pytest.fixture
def service_url(
    emulator_url: str, write_rows: Callable[[Rows], Any], service_rows: Rows
) -> Iterator[str]:
    """Base URL of the service as a process of its own."""
    client = write_rows(service_rows)
    access_key = client._request_signer._credentials.access_key  # noqa: SLF001 - of this test's account
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        "AWS_ACCESS_KEY_ID": access_key,
        "AWS_SECRET_ACCESS_KEY": "unchecked",
        "AWS_DEFAULT_REGION": "ap-southeast-1",
        "PATH": os.environ["PATH"],
        "QUERY_DYNAMODB_ENDPOINT_URL": emulator_url,
        "QUERY_PORT": str(port),
        "QUERY_DEADLINE_MS": "60000",  # the emulator is slow, and shares the machine
    }
    with subprocess.Popen([sys.executable, "-m", "query_api"], env=environment) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_healthy(url, process)
            yield url
        finally:
            process.terminate()


def _wait_until_healthy(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, "the service ended at its start"
        try:
            httpx.get(f"{url}/health", trust_env=False)
        except httpx.ConnectError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the service did not start in time")
