"""Runs the AWS emulator as a child process that ends with its parent."""

import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, NoReturn

import httpx

from local_stack.emulator.aws_access import REGION
from local_stack.emulator.data_directory import (
    EMULATOR_LOCK,
    EMULATOR_LOG,
    OBJECTS_FOLDER,
    STATE_FOLDER,
)
from local_stack.emulator.server_process import NOT_RESTORED, SAVE_TIMEOUT_S
from local_stack.exceptions import EmulatorError
from local_stack.ports import HOST

_START_TIMEOUT_S: Final = 60
_START_POLL_S: Final = 0.02
_STOP_TIMEOUT_S: Final = 15
_SAVING_STOP_TIMEOUT_S: Final = SAVE_TIMEOUT_S + 5
_LOG_TAIL_LINES: Final = 15
_SERVICES: Final = ("dynamodb", "dynamodbstreams", "lambda", "s3", "sqs")

# All that the emulator inherits. It reads many variables, and the user's must neither open another
# port nor connect it to a Docker daemon.
_INHERITED: Final = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "PYTHONPATH", "SYSTEMROOT")


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator.

    Attributes:
        url: the endpoint of all its services.
    """

    url: str
    _process: "subprocess.Popen[bytes]"
    _log_path: Path

    @property
    def pid(self) -> int:
        """Process id of the emulator."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def check(self) -> None:
        """Check that it still runs.

        Raises:
            EmulatorError: it has ended.
        """
        status = self._process.poll()
        if status == NOT_RESTORED:
            self.fail("could not restore the saved data, and left it unchanged")
        if status is not None:
            self.fail(f"exited with status {status}")

    def fail(self, reason: str) -> NoReturn:
        """Raise an `EmulatorError` with the end of the emulator's log."""
        log = self._log_path.read_text(encoding="utf-8", errors="replace")
        raise EmulatorError(reason, "\n".join(log.splitlines()[-_LOG_TAIL_LINES:]))


@contextmanager
def run_emulator(
    port: int,
    data_dir: Path | None = None,
    *,
    services: Sequence[str] = _SERVICES,
    program: str = "local_stack.emulator.server_process",
) -> Iterator[Emulator]:
    """Run the emulator while the with block runs.

    Args:
        port: a free port of 127.0.0.1.
        data_dir: keeps its data between runs; None to keep none.
        services: the AWS services to emulate; empty for all.
        program: the module to run.

    Raises:
        EmulatorError: it did not start, or with `data_dir` it did not save its data at the end.
    """
    with tempfile.TemporaryDirectory(prefix="query-service-") as run_dir:
        log_path = (data_dir or Path(run_dir)) / EMULATOR_LOG
        run_id = uuid.uuid4().hex
        environment = _build_environment(port, Path(run_dir), data_dir, run_id)
        environment["SERVICES"] = ",".join(services)
        with log_path.open("wb") as log:
            process = _start(program, environment, data_dir, log)
        emulator = Emulator(f"http://{HOST}:{port}", process, log_path)
        try:
            _wait_until_ready(emulator, run_id)
            yield emulator
        finally:
            _stop(process, _SAVING_STOP_TIMEOUT_S if data_dir else _STOP_TIMEOUT_S)
        if data_dir and process.returncode:
            emulator.fail(
                f"did not save all its data in {data_dir}: is the disk full? "
                "What changed since the start is lost"
            )


def _start(
    program: str, environment: Mapping[str, str], data_dir: Path | None, log: BinaryIO
) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", program]
    if data_dir:
        command.append(str(data_dir / EMULATOR_LOCK))
    return subprocess.Popen(  # noqa: S603 - this interpreter, a module of ours
        command,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=subprocess.STDOUT,
        # Ctrl-C signals the whole foreground group, but the stack stops its components in order.
        start_new_session=True,
    )


def _build_environment(
    port: int, run_dir: Path, data_dir: Path | None, run_id: str
) -> dict[str, str]:
    environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    environment |= {
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        # It removes containers that it takes for its own from any Docker daemon that it finds.
        "DOCKER_HOST": f"unix://{run_dir / 'no-docker.sock'}",
        "TMPDIR": str(run_dir),
        # Its health response contains the edition, which identifies our own process.
        "MINISTACK_EDITION": run_id,
    }
    if data_dir:
        environment |= {
            "PERSIST_STATE": "1",
            "STATE_DIR": str(data_dir / STATE_FOLDER),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(data_dir / OBJECTS_FOLDER),
        }
    return environment


def _wait_until_ready(emulator: Emulator, run_id: str) -> None:
    deadline_s = time.monotonic() + _START_TIMEOUT_S
    with httpx.Client(trust_env=False, timeout=1) as client:
        while time.monotonic() < deadline_s:
            emulator.check()
            if run_id in _find_health(client, emulator.url):
                return
            time.sleep(_START_POLL_S)
    emulator.fail(f"did not respond within {_START_TIMEOUT_S} s")


def _find_health(client: httpx.Client, url: str) -> str:
    try:
        return client.get(f"{url}/_ministack/health").text
    except httpx.TransportError:
        # Not listening yet.
        return ""


def _stop(process: "subprocess.Popen[bytes]", timeout_s: float) -> None:
    # The end of its standard input stops it; it saves its data first.
    if process.stdin:
        process.stdin.close()
    try:
        process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
