"""An event loop, a faulty server, and clients of any URL."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from aws_client import (
    AwsClient,
    ClientOptions,
    Credentials,
    RetryPolicy,
    Session,
    create_client,
)
from testing.fault_server import FaultServer, run_fault_server

SESSION = Session("ap-southeast-1", Credentials("access", "secret", "token"))
OPTIONS = {
    "max_connections": 8,
    "connect_timeout_s": 5,
    "attempt_timeout_s": 5,
    "user_agent": "test/1",
}
RETRIES = {"first_delay_s": 0.001, "longest_delay_s": 0.002, "retries_throttled": False}


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
def make_client(runner: asyncio.Runner) -> Iterator[Callable[..., AwsClient]]:
    clients: list[AwsClient] = []

    def make(
        url: str | None,
        *,
        session: Session = SESSION,
        service: Any = "dynamodb",
        attempts: int = 1,
        **options: Any,
    ) -> AwsClient:
        policy = RetryPolicy(attempts=attempts, **RETRIES)
        client = create_client(
            session, service, ClientOptions(**OPTIONS | options, retry_policy=policy), url
        )
        clients.append(client)
        return client

    yield make
    for client in clients:
        runner.run(close(client))


async def close(client: AwsClient) -> None:
    """Close a client, and let the event loop close its sockets."""
    client.close()
    await asyncio.sleep(0)
