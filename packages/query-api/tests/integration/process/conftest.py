"""The service as a process of its own, over a DynamoDB that does what a test wants."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from zlib import crc32

import httpx
import pytest

_START_TIMEOUT_S = 30
STOP_TIMEOUT_S = 30


class FakeDynamoDB:
    """Answers every query alike.

    Attributes:
        status, body: of the answers.
        may_answer: while it is not set, queries wait for it.
        waiting: counts queries that wait; acquire it to learn of one.
    """

    def __init__(self) -> None:
        self.status = 200
        self.body: dict[str, Any] = {"Count": 0, "ScannedCount": 0, "Items": []}
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.waiting = threading.Semaphore(0)
        self.url = ""


class _Server(ThreadingHTTPServer):
    request_queue_size = 512
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is what some tests are about."""


@pytest.fixture
def dynamodb() -> Iterator[FakeDynamoDB]:
    fake = FakeDynamoDB()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            fake.waiting.release()
            fake.may_answer.wait()
            body = json.dumps(fake.body).encode()
            self.send_response(fake.status)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("x-amz-crc32", str(crc32(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """What it was asked is of no interest."""

    with _Server(("127.0.0.1", 0), Handler) as server:
        fake.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield fake
        fake.may_answer.set()
        server.shutdown()
        thread.join()


class ServiceProcess:
    """`python -m query_api`, running; what it prints goes to files."""

    def __init__(self, process: "subprocess.Popen[bytes]", output: Any, errors: Any) -> None:
        self.process = process
        self._output = output
        self._errors = errors
        self.url = self._wait_for_url()

    def _wait_for_url(self) -> str:
        deadline = time.monotonic() + _START_TIMEOUT_S
        while time.monotonic() < deadline:
            assert self.process.poll() is None, f"it ended at its start: {self.read_errors()}"
            if found := re.search(r"running on (http://[\d.:]+)", self.read_output()):
                return found[1]
            time.sleep(0.02)
        pytest.fail("the service did not start in time")

    def read_output(self) -> str:
        return str(self._output.read_text(encoding="utf-8"))

    def read_errors(self) -> str:
        return str(self._errors.read_text(encoding="utf-8"))

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.read_output().splitlines()]

    @property
    def requests(self) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["event"] == "request"]

    def wait_for_requests(self, count: int) -> list[dict[str, Any]]:
        """Wait until so many requests are over; a line is written after its answer went out."""
        deadline = time.monotonic() + _START_TIMEOUT_S
        while len(self.requests) < count:
            assert time.monotonic() < deadline, f"{len(self.requests)} of {count} requests ended"
            time.sleep(0.01)
        return self.requests

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_TIMEOUT_S)


@pytest.fixture
def start_service(dynamodb: FakeDynamoDB, tmp_path: Any) -> Iterator[Callable[..., ServiceProcess]]:
    """Start the service over the fake, with more settings if need be."""
    started: list[subprocess.Popen[bytes]] = []

    def start(**settings: str) -> ServiceProcess:
        environment = {
            "PATH": os.environ["PATH"],
            "AWS_DEFAULT_REGION": "ap-southeast-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "unchecked",
            "QUERY_DYNAMODB_ENDPOINT_URL": dynamodb.url,
            "QUERY_PORT": "0",
            "QUERY_DEADLINE_MS": "20000",
        }
        output, errors = tmp_path / "stdout", tmp_path / "stderr"
        with output.open("wb") as stdout, errors.open("wb") as stderr:
            process = subprocess.Popen(
                [sys.executable, "-m", "query_api"],
                env=environment | settings,
                stdout=stdout,
                stderr=stderr,
            )
        started.append(process)
        return ServiceProcess(process, output, errors)

    yield start
    dynamodb.may_answer.set()
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def ask() -> Iterator[Callable[..., httpx.Response]]:
    """Ask a service for a user over connections that the test's end closes."""
    limits = httpx.Limits(max_connections=None)
    with httpx.Client(trust_env=False, timeout=60, limits=limits) as client:

        def send(service: ServiceProcess, user_id: str = "test_user_001") -> httpx.Response:
            return client.post(f"{service.url}/query/user", json={"user_id": user_id})

        yield send
