"""Fixtures of the packages' integration tests: one real server, an account for each test."""

import itertools
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

REGION = "ap-southeast-1"
_START_TIMEOUT_S = 30
# It ends with its standard input, which the system closes however a test session ends.
_EMULATOR = """
import os, signal, threading
from ministack.app import main

def stop_with_parent():
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)

threading.Thread(target=stop_with_parent, daemon=True).start()
main()
"""
_account_ids = itertools.count(100_000_000_000)


@pytest.fixture(scope="session")
def emulator_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of an AWS emulator that lives as long as the test session."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "SERVICES": "dynamodb,dynamodbstreams,s3,sqs",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "ERROR",
        "TMPDIR": str(tmp_path_factory.mktemp("emulator")),
    }
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-c", _EMULATOR]
    with subprocess.Popen(  # noqa: S603 - this interpreter, the program above
        command, env=environment, stdin=subprocess.PIPE
    ) as process:
        _wait_until_ready(f"{url}/_ministack/health", process)
        yield url


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"the emulator exited with status {process.returncode}")
        try:
            opener.open(url, timeout=1).close()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"the emulator did not answer within {_START_TIMEOUT_S} s")


@pytest.fixture(scope="session")
def shared_session() -> Any:  # noqa: ANN401 - imported below
    """The boto3 session of all clients: it reads each service's model once, which takes long."""
    # Imported here: the models' tests load this file too, in an environment without boto3.
    import boto3  # noqa: PLC0415

    return boto3.Session(region_name=REGION)


@pytest.fixture
def account_id() -> str:
    """An account of this test's own, which is an access key too: the emulator takes it for one."""
    return str(next(_account_ids))


@pytest.fixture
def aws_client(
    emulator_url: str,
    shared_session: Any,  # noqa: ANN401
    account_id: str,
) -> Callable[[str], Any]:
    """Make boto3 clients of the test's account: no test sees another one's tables."""
    from botocore.config import Config  # noqa: PLC0415

    def make(service: str) -> Any:  # noqa: ANN401 - a client's class is made at run time
        return shared_session.client(
            service,
            endpoint_url=emulator_url,
            config=Config(proxies={}),
            aws_access_key_id=account_id,
            aws_secret_access_key="unchecked",  # noqa: S106 - the emulator checks no signature
        )

    return make
