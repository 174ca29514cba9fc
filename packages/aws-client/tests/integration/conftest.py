"""An event loop, a faulty server, and clients of any URL."""

import asyncio
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

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
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def _trust(authority: trustme.CA, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Trust the authority."""
    bundle = tmp_path / "bundle.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))


@pytest.fixture
def tls_faults(authority: trustme.CA) -> Iterator[FaultServer]:
    """A server whose certificate the authority has signed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with run_fault_server(context) as server:
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
