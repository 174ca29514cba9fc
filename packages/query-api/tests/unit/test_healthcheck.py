import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from threading import Thread

import pytest

from query_api.healthcheck import DEFAULT_PORT, is_healthy
from query_api.settings import Settings
from testing.ports import find_ports

_TIMEOUT_S = 10


@contextmanager
def run_server(response):
    """Run a server that sends this on one connection; yields its port and what it receives."""
    received = []

    def serve():
        connection, _ = server.accept()
        with connection:
            received.append(connection.recv(1024))
            connection.sendall(response)

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(_TIMEOUT_S)
        thread = Thread(target=serve)
        thread.start()
        yield server.getsockname()[1], received
        thread.join()


def run_healthcheck(port):
    return subprocess.run(
        [sys.executable, "-I", "-m", "query_api.healthcheck"],
        env={"PATH": os.environ["PATH"], "QUERY_PORT": str(port)},
        capture_output=True,
        text=True,
        check=False,
        timeout=_TIMEOUT_S,
    )


def test_it_requests_health_on_a_connection_that_is_not_kept():
    with run_server(b"HTTP/1.1 200 OK\r\n\r\n") as (port, received):
        healthy = is_healthy(port)

    assert healthy
    assert received[0].startswith(b"GET /health HTTP/1.1\r\nHost: ")
    assert b"\r\nConnection: close\r\n" in received[0]


@pytest.mark.parametrize("response", [b"HTTP/1.1 503 Service Unavailable\r\n\r\n", b"", b"?"])
def test_any_other_response_is_not_healthy(response):
    with run_server(response) as (port, _):
        assert not is_healthy(port)


def test_the_exit_status_is_0_if_the_service_on_the_port_of_the_settings_is_healthy():
    with run_server(b"HTTP/1.1 200 OK\r\n\r\n") as (port, _):
        done = run_healthcheck(port)

    assert (done.returncode, done.stderr) == (0, "")


def test_a_port_where_nothing_listens_is_one_line_and_exit_status_1():
    (port,) = find_ports(1)

    done = run_healthcheck(port)

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.endswith("Connection refused\n")


def test_the_default_port_is_that_of_the_settings():
    assert Settings.model_fields["port"].default == DEFAULT_PORT
