"""Programs that the rehearsal runs: the CDK and the commands of `infra`."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local_stack.emulator.aws_access import isolate_environment
from trials.deployment.exceptions import RehearsalError

_TAIL_LINES: Final = 25

# The only variables passed on from the user: no AWS profile, no variable of the CDK app.
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
