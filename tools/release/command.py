"""Runs programs: git, uv and what they made an environment for."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tools.release.exceptions import CommandError


def run(
    *command: str,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    standard_input: str | None = None,
) -> str:
    """Run a program to its end and give what it wrote.

    Args:
        environment: variables besides those of this process.

    Raises:
        CommandError: it failed.
    """
    result = subprocess.run(  # noqa: S603 - the commands are this repository's own
        command,
        cwd=folder,
        env=os.environ | dict(environment or {}),
        input=standard_input,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise CommandError(command, result.stdout + result.stderr)
    return result.stdout
