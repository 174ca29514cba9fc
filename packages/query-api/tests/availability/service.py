"""The service as a process, on a port that its successors have too."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

TIMEOUT_S = 30
POLL_S = 0.05
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Service:
    """One of the places that a task of the service can have."""

    def __init__(self, name, port, dynamodb_url):
        self.name = name
        self.port = port
        self._environment = {
            "PATH": os.environ["PATH"],
            "AWS_DEFAULT_REGION": "ap-southeast-1",
            "AWS_ACCESS_KEY_ID": "unchecked",
            "AWS_SECRET_ACCESS_KEY": "unchecked",
            "QUERY_DYNAMODB_ENDPOINT_URL": dynamodb_url,
            "QUERY_PORT": str(port),
            # All share this machine's cores, and a process that starts takes one for a second. In
            # production it has its own: a wait for the CPU is no failure of a restart.
            "QUERY_DEADLINE_MS": "5000",
        }

    @contextmanager
    def running(self):
        self.start()
        try:
            yield self
        finally:
            self.kill()

    def start(self):
        """Start a process and wait until it is healthy."""
        # Its log is not read here, but it is written as in production.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "query_api"], env=self._environment, stdout=subprocess.DEVNULL
        )
        deadline = time.monotonic() + TIMEOUT_S
        while not self._is_healthy():
            if self._process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"the service did not start: {self._process.poll()}")
            time.sleep(POLL_S)

    def _is_healthy(self):
        try:
            _OPENER.open(f"http://127.0.0.1:{self.port}/health", timeout=1).close()
        except OSError:
            return False
        return True

    def terminate(self):
        """Stop the process as ECS does; anything but a good end ends the run."""
        self._process.send_signal(signal.SIGTERM)
        status = self._process.wait(TIMEOUT_S)
        if status:
            sys.exit(f"the service ended with {status} after SIGTERM")

    def kill(self):
        self._process.kill()
        self._process.wait()


def find_ports(count):
    """Find free ports of the loopback interface, all different."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports
