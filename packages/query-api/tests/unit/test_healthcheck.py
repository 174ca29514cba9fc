import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from threading import Thread

import pytest

from query_api.healthcheck import is_healthy

_TIMEOUT_S = 10


@contextmanager
def answering(answer):
    """Give the port of a server that answers one connection with this; then what it was asked."""
    received = []

    def serve():
        connection, _ = server.accept()
        with connection:
            received.append(connection.recv(1024))
            connection.sendall(answer)

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


def test_it_asks_for_health_on_a_connection_that_is_not_kept():
    with answering(b"HTTP/1.1 200 OK\r\n\r\n") as (port, received):
        healthy = is_healthy(port)

    assert healthy
    assert received[0].startswith(b"GET /health HTTP/1.1\r\nHost: ")
    assert b"\r\nConnection: close\r\n" in received[0]


@pytest.mark.parametrize("answer", [b"HTTP/1.1 503 Service Unavailable\r\n\r\n", b"", b"?"])
def test_any_other_answer_is_not_healthy(answer):
    with answering(answer) as (port, _):
        assert not is_healthy(port)


def test_the_exit_status_tells_a_service_on_the_port_of_the_settings():
    with answering(b"HTTP/1.1 200 OK\r\n\r\n") as (port, _):
        done = run_healthcheck(port)

    assert (done.returncode, done.stderr) == (0, "")


def test_a_port_where_nothing_listens_is_one_line_and_status_1():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]

    done = run_healthcheck(port)

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.endswith("Connection refused\n")


def test_it_imports_next_to_nothing():
    program = "import sys, query_api.healthcheck; print(len(sys.modules), 'socket' in sys.modules)"
    bare = "import sys, os, _socket; print(len(sys.modules))"

    counted = [
        subprocess.run(
            [sys.executable, "-I", "-c", each], check=True, capture_output=True, text=True
        ).stdout.split()
        for each in (program, bare)
    ]

    # The package and the module itself.
    assert counted[0] == [str(int(counted[1][0]) + 2), "False"]
