"""A service that each restart replaces by a new process on the same port."""

import sys
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from testing.service_process import run_service


class Service:
    """One of the services; a with block starts it, and kills it at the end."""

    def __init__(self, name: str, port: int, dynamodb_url: str) -> None:
        self.name = name
        self.port = port
        self._settings = {
            "QUERY_DYNAMODB_ENDPOINT_URL": dynamodb_url,
            "QUERY_PORT": str(port),
            # All processes share this machine's cores, and one that starts takes a core for a
            # second. In production it has its own: waiting for the CPU is no failure of a restart.
            "QUERY_DEADLINE_MS": "5000",
        }
        self._running = ExitStack()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Start a process and wait until it listens."""
        self._process = self._running.enter_context(run_service(self._settings))

    def terminate(self) -> None:
        """Stop the process as ECS does; any exit status but 0 ends the trial."""
        status = self._process.stop()
        self._running.close()
        if status:
            sys.exit(f"the service ended with {status} after SIGTERM")

    def kill(self) -> None:
        """Kill the process."""
        self._running.close()
