"""The query API as a process, started as in its container."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from testing.waiting import TIMEOUT_S, wait_until

_COMMAND: Final = (sys.executable, "-m", "query_api")
_ENVIRONMENT: Final = {
    "PATH": os.environ["PATH"],
    "AWS_DEFAULT_REGION": "ap-southeast-1",
    "AWS_ACCESS_KEY_ID": "unchecked",
    "AWS_SECRET_ACCESS_KEY": "unchecked",
    "QUERY_PORT": "0",  # the system chooses a free one
}


class ServiceProcess:
    """A running service.

    Attributes:
        url: where it listens.
    """

    def __init__(self, process: subprocess.Popen[bytes], output: Path, errors: Path) -> None:
        self.process = process
        self._output = output
        self._errors = errors
        self.url = wait_until(self._find_url, self._describe_start)

    def read_output(self) -> str:
        """Return what it has written to standard output so far."""
        return self._output.read_text(encoding="utf-8")

    def read_errors(self) -> str:
        """Return what it has written to standard error so far."""
        return self._errors.read_text(encoding="utf-8")

    @property
    def port(self) -> int:
        """Port of 127.0.0.1."""
        return int(self.url.rpartition(":")[2])

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Its log."""
        return [json.loads(line) for line in self.read_output().splitlines()]

    @property
    def requests(self) -> list[dict[str, Any]]:
        """The lines of its log about requests."""
        return [line for line in self.lines if line["event"] == "request"]

    def wait_for_requests(self, count: int) -> list[dict[str, Any]]:
        """Wait for the lines of so many requests; each is written after the response is sent."""
        return wait_until(
            lambda: requests if len(requests := self.requests) >= count else [],
            lambda: f"{len(self.requests)} of {count} requests ended",
        )

    def stop(self) -> int:
        """Stop it as ECS does; returns its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(TIMEOUT_S)

    def _find_url(self) -> str:
        assert self.process.poll() is None, self._describe_start()
        found = re.search(r"running on (http://[\d.:]+)", self.read_output())
        return found[1] if found else ""

    def _describe_start(self) -> str:
        return f"the service did not start:\n{self.read_output()}{self.read_errors()}"


@contextmanager
def run_service(settings: Mapping[str, str]) -> Iterator[ServiceProcess]:
    """Run `python -m query_api` for the length of a with block.

    Args:
        settings: environment variables.

    Raises:
        AssertionError: it did not start.
    """
    with tempfile.TemporaryDirectory() as name:
        output, errors = Path(name, "stdout"), Path(name, "stderr")
        with output.open("wb") as stdout, errors.open("wb") as stderr:
            process = subprocess.Popen(  # noqa: S603 - this interpreter, our program
                _COMMAND, env={**_ENVIRONMENT, **settings}, stdout=stdout, stderr=stderr
            )
        try:
            yield ServiceProcess(process, output, errors)
        finally:
            process.kill()
            process.wait()
