"""HAProxy in front of the services, in place of an AWS load balancer."""

import csv
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from testing.waiting import wait_until

_BACKEND: Final = "api"

# What happens to a request without a response from its server.
_RETRIES: Final = {
    # As behind an AWS load balancer: the client gets a 502 or 503.
    "nothing is retried": "retries 0",
    # A refused connection is opened to the other server; a request that was sent is lost.
    "connections are retried": "retries 3\n    option redispatch 1\n    retry-on conn-failure",
    # A request that was sent is repeated too if the connection closes before the first byte of a
    # response. Repeating a POST is safe for this service: its queries only read.
    "requests are retried": (
        "retries 3\n    option redispatch 1\n    retry-on conn-failure empty-response"
    ),
}
# Connections to a server are kept and shared by all clients: a request may meet one that is being
# closed, as behind an AWS load balancer.
_CONFIGURATION: Final = """
global
    maxconn 500
    stats socket {socket} mode 600 level admin
defaults
    mode http
    timeout connect 100ms
    timeout client 60s
    timeout server 60s
    timeout http-keep-alive 60s
    http-reuse always
    {retries}
frontend clients
    bind 127.0.0.1:{port}
    default_backend {backend}
backend {backend}
    balance roundrobin
    option httpchk GET /health
    default-server check inter 500ms fall 2 rise 1
    {servers}
"""


class LoadBalancer:
    """A running HAProxy, controlled by its runtime API."""

    def __init__(self, url: str, socket_path: Path) -> None:
        self.url = url
        self._socket_path = socket_path

    def set_state(self, server: str, state: str) -> None:
        """Set `ready` or `drain`: no new requests, while those in flight go on."""
        error = self._run(f"set server {_BACKEND}/{server} state {state}").strip()
        if error:
            sys.exit(f"haproxy: {error}")

    def wait_until_idle(self, server: str) -> None:
        """Wait until no request is in flight to a server."""
        _wait(lambda: int(self._get_statistics(server)["scur"]) == 0, f"{server} to be idle")

    def wait_until_up(self, server: str) -> None:
        """Wait until a server passes its health check."""
        _wait(lambda: self._get_statistics(server)["status"] == "UP", f"{server} to be up")

    def _get_statistics(self, server: str) -> dict[str, str]:
        rows = csv.DictReader(self._run("show stat").removeprefix("# ").splitlines())
        return next(row for row in rows if (row["pxname"], row["svname"]) == (_BACKEND, server))

    def _run(self, command: str) -> str:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self._socket_path))
            connection.sendall(f"{command}\n".encode())
            return connection.makefile().read()


@contextmanager
def run_load_balancer(
    folder: Path, port: int, server_ports: Mapping[str, int], retries: str
) -> Iterator[LoadBalancer]:
    """Run HAProxy on 127.0.0.1.

    Args:
        server_ports: port by name.
        retries: a key of `_RETRIES`.
    """
    program = shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin:/usr/local/bin:/usr/bin")
    if program is None:
        sys.exit("haproxy is missing: apt-get install haproxy")
    servers = [f"server {name} 127.0.0.1:{each}" for name, each in server_ports.items()]
    socket_path = folder / "haproxy.sock"
    configuration = folder / "haproxy.cfg"
    configuration.write_text(
        _CONFIGURATION.format(
            socket=socket_path,
            retries=_RETRIES[retries],
            port=port,
            backend=_BACKEND,
            servers="\n    ".join(servers),
        ),
        encoding="ascii",
    )
    command = [program, "-db", "-q", "-f", str(configuration)]
    with subprocess.Popen(command) as process:  # noqa: S603 - HAProxy
        try:
            balancer = LoadBalancer(f"http://127.0.0.1:{port}", socket_path)
            _wait(socket_path.exists, "haproxy to start")
            for name in server_ports:
                balancer.wait_until_up(name)
            yield balancer
        finally:
            process.terminate()


def _wait(condition: Callable[[], bool], event: str) -> None:
    wait_until(condition, f"not in time: {event}")
