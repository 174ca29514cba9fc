"""Runs a service as a process, and reads its CPU time from the system.

Apart from `testing.service_process`: references run too, on a core of their own, and their output
goes through a pipe, as in a container.
"""

import ctypes
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Final

from benchmarks import cores
from benchmarks.aws_environment import make_aws_environment
from testing.ports import find_ports

_START_TIMEOUT_S: Final = 60
_START_POLL_S: Final = 0.02
_STOP_TIMEOUT_S: Final = 20
_LIBC: Final = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Service:
    """How to start a service: the interpreter's arguments; the port is in its environment.

    Attributes:
        rows: the rows of each response.
        reads: the reads of DynamoDB for each response.
    """

    name: str
    arguments: tuple[str, ...]
    rows: int
    reads: int


@dataclass(frozen=True, slots=True)
class RunningService:
    """A service that listens on a port of 127.0.0.1."""

    service: Service
    pid: int
    port: int

    def get_cpu_s(self) -> float:
        """Return the CPU time of all its threads, ended ones included.

        Finer than /proc/<pid>/stat, which counts in steps of 10 ms.
        Source: https://man7.org/linux/man-pages/man3/clock_getcpuclockid.3.html
        """
        clock = ctypes.c_int()
        error = _LIBC.clock_getcpuclockid(self.pid, ctypes.byref(clock))
        if error:
            raise OSError(error, os.strerror(error))
        return time.clock_gettime(clock.value)


@contextmanager
def run_service(service: Service, dynamodb_url: str) -> Iterator[RunningService]:
    """Run a service on the measured core; its output goes to a pipe, as in a container."""
    (port,) = find_ports(1)
    with _drain_output() as output:
        with cores.starting_on(cores.MEASURED):
            process = subprocess.Popen(  # noqa: S603 - this interpreter, our own programs
                [sys.executable, *service.arguments],
                env=_make_environment(dynamodb_url, port),
                stdout=output,
                stderr=output,
            )
        try:
            _wait_until_listening(service.name, port, process)
            yield RunningService(service, process.pid, port)
        finally:
            process.terminate()
            process.wait(_STOP_TIMEOUT_S)


@contextmanager
def _drain_output() -> Iterator[IO[bytes]]:
    """Read a service's output on the serving core, and print its end if something fails."""
    with subprocess.Popen(
        ["tail", "-c", "4000"],  # noqa: S607 - found on the path
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as drain:
        assert drain.stdin  # noqa: S101 - a pipe, as above
        try:
            yield drain.stdin
        except BaseException:
            sys.stderr.buffer.write(drain.communicate()[0])
            raise


def _make_environment(dynamodb_url: str, port: int) -> dict[str, str]:
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "QUERY_"))
    }
    return {
        **inherited,
        **make_aws_environment(dynamodb_url),
        "QUERY_DYNAMODB_ENDPOINT_URL": dynamodb_url,
        "QUERY_PORT": str(port),
        "UVICORN_PORT": str(port),  # uvicorn's --port
    }


def _wait_until_listening(name: str, port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(f"{name} exited with status {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            time.sleep(_START_POLL_S)
        else:
            return
    raise AssertionError(f"{name} did not listen within {_START_TIMEOUT_S} s")
