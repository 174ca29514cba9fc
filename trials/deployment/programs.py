"""Programs that the rehearsal runs: the CDK, the commands of `infra`, the query API."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from local_stack.emulator.aws_access import isolate_environment
from local_stack.ports import HOST
from trials.deployment.exceptions import RehearsalError

_TAIL_LINES: Final = 25
_STOP_TIMEOUT_S: Final = 30
_START_ATTEMPTS: Final = 200
_START_POLL_S: Final = 0.15

# All that the programs get of the user's environment: no AWS profile, no variable of the CDK app.
_INHERITED: Final = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR", "XDG_CACHE_HOME")
_INHERITED_PREFIXES: Final = ("UV_", "SSL_", "HTTP", "http", "ALL_PROXY", "NO_PROXY", "no_proxy")


def encode_environment(endpoint_url: str, cdk_home: Path) -> dict[str, str]:
    """Build the environment of programs that must reach only the emulator, no real account.

    Args:
        cdk_home: where the CDK caches accounts by access key; the emulator's must not stay there.
    """
    environment = {
        name: value
        for name, value in os.environ.items()
        if name in _INHERITED or name.startswith(_INHERITED_PREFIXES)
    }
    isolate_environment(environment)
    return environment | {
        "AWS_ENDPOINT_URL": endpoint_url,
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "CDK_HOME": str(cdk_home),
    }


@dataclass(frozen=True, slots=True)
class Programs:
    """Runs programs in one folder and environment.

    Attributes:
        folder: of the package `infra`, whose `cdk.json` the CDK reads.
    """

    folder: Path
    environment: Mapping[str, str]

    def run_cdk(self, *arguments: str) -> str:
        """Run the CDK's command line and return its output.

        Raises:
            RehearsalError: it is not installed, or it failed.
        """
        cdk = shutil.which("cdk")
        if cdk is None:
            raise RehearsalError("cdk is not installed: run `nox -s deploy_local`")
        return self._run(cdk, *arguments)

    def run_module(self, name: str, *arguments: str) -> str:
        """Run a module of this environment as a program; otherwise like `run_cdk`."""
        return self._run(sys.executable, "-m", name, *arguments)

    def _run(self, *command: str) -> str:
        result = subprocess.run(  # noqa: S603 - a program of this environment
            command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if result.returncode:
            words = " ".join([Path(command[0]).name, *command[1:]])
            tail = "\n".join(result.stdout.splitlines()[-_TAIL_LINES:])
            raise RehearsalError(f"{words} ended with status {result.returncode}\n{tail}")
        return result.stdout


@contextmanager
def run_api(environment: Mapping[str, str], port: int, log_path: Path) -> Iterator[None]:
    """Run the query API as its container does, while the with block runs.

    Args:
        log_path: file for its output.

    Raises:
        RehearsalError: it did not start.
    """
    command = [sys.executable, "-m", "query_api"]
    with log_path.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - this interpreter, our program
            command, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        _wait_until_ready(port, process, log_path)
        yield
    finally:
        _stop(process)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_until_ready(port: int, process: "subprocess.Popen[bytes]", log_path: Path) -> None:
    for _ in range(_START_ATTEMPTS):
        if _is_ready(port):
            return
        try:
            process.wait(_START_POLL_S)
        except subprocess.TimeoutExpired:
            continue
        break
    tail = "\n".join(log_path.read_text(encoding="utf-8").splitlines()[-_TAIL_LINES:])
    raise RehearsalError(f"the query API did not start\n{tail}")


def _is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://{HOST}:{port}/health/ready", trust_env=False).is_success
    except httpx.TransportError:
        return False
