"""Runs the API's server in a thread, on a socket that is already bound."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from local_stack.exceptions import ComponentStoppedError

if TYPE_CHECKING:
    import uvicorn

_START_TIMEOUT_S: Final = 30
_START_POLL_S: Final = 0.01


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server and its thread."""

    _server: "uvicorn.Server"
    _run: "Future[None]"

    def check(self) -> None:
        """Check that it still runs.

        Raises:
            ComponentStoppedError: it has ended; its cause is the error that ended it.
        """
        if self._run.done() and not self._server.should_exit:
            raise ComponentStoppedError("API") from self._run.exception()


@contextmanager
def run_server(server: "uvicorn.Server", listener: socket.socket) -> Iterator[RunningServer]:
    """Serve while the with block runs, then shut down gracefully, as on a signal.

    Raises:
        ComponentStoppedError: the application did not start.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="api") as executor:
        running = RunningServer(server, executor.submit(server.run, [listener]))
        try:
            _wait_until_started(server, running)
            yield running
        finally:
            server.should_exit = True


def _wait_until_started(server: "uvicorn.Server", running: RunningServer) -> None:
    # uvicorn has no callback for its start.
    waited = threading.Event()
    for _ in range(int(_START_TIMEOUT_S / _START_POLL_S)):
        running.check()
        if server.started:
            return
        waited.wait(_START_POLL_S)
    raise ComponentStoppedError("API")
