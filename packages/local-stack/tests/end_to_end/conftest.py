"""Fixtures with a whole stack: in this process, or started by command as a user does."""

import os
import re
import signal
import subprocess
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local_stack.stack import LocalStack, StackOptions, run_stack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_STOP_TIMEOUT_S = 40


@pytest.fixture(scope="session")
def stack() -> "Iterator[LocalStack]":
    """A running stack that all tests share; each test uses its own ids.

    `stack.api_url`, `stack.aws.dynamodb`, `stack.aws.sqs`, `stack.quarantine_queue_url`;
    `stack.event_source.wait_until_caught_up(timeout_s)` after writing.
    """
    with run_stack(StackOptions(), report=lambda _step: None) as running:
        yield running


@dataclass(frozen=True)
class UpProcess:
    """A `query-service up` that has printed its instructions.

    Attributes:
        printed: its standard output until then.
    """

    process: "subprocess.Popen[str]"
    printed: str

    @property
    def api_url(self) -> str:
        return self._find_url("Query API")

    @property
    def emulator_url(self) -> str:
        return self._find_url("DynamoDB")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal; returns the exit status and the standard error."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=_STOP_TIMEOUT_S)
        return self.process.returncode, errors

    def _find_url(self, label: str) -> str:
        found = re.search(rf"^{label}\s+(\S+)", self.printed, re.MULTILINE)
        assert found, self.printed
        return found[1]


@contextmanager
def run_up(
    query_service: str, options: "Sequence[str]", launcher: "Sequence[str]" = ()
) -> "Iterator[UpProcess]":
    """Run `query-service up` on free ports; it is ready when the with block begins."""
    command = [*launcher, query_service, "up", "--api-port=0", "--dynamodb-port=0", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                break
        else:
            raise AssertionError("".join([*lines, process.communicate()[1]]))
        try:
            yield UpProcess(process, "".join(lines))
        finally:
            process.kill()


@pytest.fixture
def start_up(query_service: str) -> "Iterator[Callable[..., UpProcess]]":
    """Start a `query-service up` that the test may stop or kill."""
    with ExitStack() as running:

        def start(*options: str, launcher: "Sequence[str]" = ()) -> UpProcess:
            return running.enter_context(run_up(query_service, options, launcher))

        yield start


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of `up`."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def up(query_service: str, data_dir: Path) -> "Iterator[UpProcess]":
    """A `query-service up` that the tests of a module share."""
    with run_up(query_service, [f"--data-dir={data_dir}"]) as running:
        yield running


@pytest.fixture(scope="session")
def run_command(
    query_service: str,
) -> "Callable[..., subprocess.CompletedProcess[str]]":
    """Run `query-service` with arguments to its end."""

    def run(
        *arguments: str, environment: "Mapping[str, str] | None" = None
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [query_service, *arguments],
            env={**os.environ, **(environment or {})},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def find_child() -> "Callable[[int], int]":
    """Find the only child of a process."""

    def find(parent: int) -> int:
        stats = Path("/proc").glob("[0-9]*/stat")
        children = [int(each.parent.name) for each in stats if _find_parent(each) == parent]
        assert len(children) == 1, children
        return children[0]

    return find


def _find_parent(stat: Path) -> int | None:
    try:
        # The fields: pid, (name, which may contain spaces), state, parent's pid.
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None  # the process has ended meanwhile
