"""HAProxy before the services, in the part of an AWS load balancer."""

import csv
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

BACKEND = "api"
TIMEOUT_S = 30
POLL_S = 0.02

# What happens to a request that its server did not answer.
RETRIES = {
    # As behind an AWS load balancer: the client gets a 502 or 503.
    "nothing is retried": "retries 0",
    # Refused connections go to the other server; what was sent is lost.
    "connections are retried": "retries 3\n    option redispatch 1\n    retry-on conn-failure",
    # So does what was sent when the connection closes before any byte of an answer. Sending a POST
    # twice is defensible for this service alone: its queries only read.
    "requests are retried": (
        "retries 3\n    option redispatch 1\n    retry-on conn-failure empty-response"
    ),
}
# Connections to a server are kept and shared by all clients: a request may meet one that is being
# closed, as it may behind an AWS load balancer.
_CONFIGURATION = """
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
    """A running HAProxy, by its runtime API."""

    def __init__(self, url, socket_path):
        self.url = url
        self._socket_path = socket_path

    def set_state(self, server, state):
        """Set `ready` or `drain`: no new requests, those in flight go on."""
        answer = self._run(f"set server {BACKEND}/{server} state {state}")
        if answer.strip():
            sys.exit(f"haproxy: {answer.strip()}")

    def wait_until_idle(self, server):
        _wait(lambda: int(self._get_statistics(server)["scur"]) == 0, f"{server} to be idle")

    def wait_until_up(self, server):
        _wait(lambda: self._get_statistics(server)["status"] == "UP", f"{server} to be up")

    def _get_statistics(self, server):
        rows = csv.DictReader(self._run("show stat").removeprefix("# ").splitlines())
        return next(row for row in rows if (row["pxname"], row["svname"]) == (BACKEND, server))

    def _run(self, command):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self._socket_path)
            connection.sendall(f"{command}\n".encode())
            return connection.makefile().read()


@contextmanager
def run_load_balancer(folder, port, server_ports, retries):
    """Run HAProxy on the loopback interface.

    Args:
        server_ports: port by name.
        retries: a key of `RETRIES`.
    """
    program = shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin:/usr/local/bin:/usr/bin")
    if program is None:
        sys.exit("haproxy is missing: apt-get install haproxy")
    servers = [f"server {name} 127.0.0.1:{each}" for name, each in server_ports.items()]
    configuration = folder / "haproxy.cfg"
    configuration.write_text(
        _CONFIGURATION.format(
            socket=folder / "haproxy.sock",
            retries=RETRIES[retries],
            port=port,
            backend=BACKEND,
            servers="\n    ".join(servers),
        )
    )
    with subprocess.Popen([program, "-db", "-q", "-f", str(configuration)]) as process:
        try:
            balancer = LoadBalancer(f"http://127.0.0.1:{port}", str(folder / "haproxy.sock"))
            _wait((folder / "haproxy.sock").exists, "haproxy to start")
            for name in server_ports:
                balancer.wait_until_up(name)
            yield balancer
        finally:
            process.terminate()


def _wait(condition, what):
    deadline = time.monotonic() + TIMEOUT_S
    while not condition():
        if time.monotonic() > deadline:
            sys.exit(f"waited {TIMEOUT_S} s in vain for {what}")
        time.sleep(POLL_S)
