"""The service as a process, over a DynamoDB whose responses a test sets."""

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from testing.fault_server import Exchange, encode_response, run_fault_server
from testing.http_client import open_client
from testing.service_process import ServiceProcess
from testing.waiting import TIMEOUT_S


class FakeDynamoDB:
    """Sends the same response to every query.

    Attributes:
        status, body: of the responses.
        may_respond: queries wait until it is set.
        waiting: released by each query that has arrived.
    """

    def __init__(self, url: str) -> None:
        self.status = 200
        self.body: dict[str, Any] = {"Count": 0, "ScannedCount": 0, "Items": []}
        self.may_respond = threading.Event()
        self.may_respond.set()
        self.waiting = threading.Semaphore(0)
        self.url = url

    async def respond(self, exchange: Exchange) -> None:
        self.waiting.release()
        await asyncio.to_thread(self.may_respond.wait)
        exchange.writer.write(encode_response(self.status, json.dumps(self.body).encode()))


@pytest.fixture
def dynamodb() -> Iterator[FakeDynamoDB]:
    with run_fault_server() as server:
        fake = FakeDynamoDB(server.url)
        server.acts = [fake.respond]
        yield fake
        fake.may_respond.set()


@pytest.fixture
def start_service(
    start_service: Callable[..., ServiceProcess], dynamodb: FakeDynamoDB
) -> Callable[..., ServiceProcess]:
    """Start the service over the fake, with more settings."""
    return lambda **settings: start_service(
        **{"QUERY_DYNAMODB_ENDPOINT_URL": dynamodb.url} | settings
    )


@pytest.fixture
def query() -> Iterator[Callable[..., httpx.Response]]:
    """Query a service for a user."""
    with open_client(limits=httpx.Limits(max_connections=None)) as client:

        def send(service: ServiceProcess, user_id: str = "test_user_001") -> httpx.Response:
            return client.post(f"{service.url}/query/user", json={"user_id": user_id})

        yield send


@pytest.fixture
def connect() -> Iterator[Callable[..., socket.socket]]:
    """Open a connection to a service, optionally with a small receive buffer, and send bytes."""
    with ExitStack() as connections:

        def send(
            service: ServiceProcess, sent: bytes = b"", *, buffer_bytes: int | None = None
        ) -> socket.socket:
            connection = connections.enter_context(socket.socket())
            if buffer_bytes is not None:  # before connecting: the window is agreed on then
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer_bytes)
            connection.settimeout(TIMEOUT_S)
            connection.connect(("127.0.0.1", service.port))
            connection.sendall(sent)
            return connection

        yield send
