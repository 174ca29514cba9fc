"""Runs the commands that people use, as processes of their own."""

import json
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Collection, Mapping

from local_stack.stack import LocalStack


class ProgramError(Exception):
    """A program ended with an unexpected status."""


def verify(stack: LocalStack) -> Mapping[str, int]:
    """Compare both tables with `stream-processor verify`; returns its counts.

    Raises:
        ProgramError: it could not run.
    """
    counts: dict[str, int] = json.loads(
        run_program(
            stack, "stream-processor", "verify", "--lag=2", "--format=json", statuses=(0, 1)
        )
    )
    return counts


def rebuild(stack: LocalStack) -> str:
    """Rebuild the read model with `stream-processor rebuild`; returns what it prints.

    Raises:
        ProgramError: it did not finish.
    """
    return run_program(stack, "stream-processor", "rebuild").strip()


def run_program(
    stack: LocalStack, name: str, *arguments: str, statuses: Collection[int] = (0,)
) -> str:
    """Run an installed program beside a stack; returns its standard output.

    Raises:
        ProgramError: it is not installed, or ended with another status than these.
    """
    command = shutil.which(name, path=sysconfig.get_path("scripts"))
    if command is None:
        raise ProgramError(f"{name} is not installed")
    done = subprocess.run(  # noqa: S603 - a program of this repository
        [command, *arguments],
        env=os.environ
        | {"AWS_ENDPOINT_URL": stack.emulator_url, "NOTIFICATIONS_URL": stack.api_url},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in statuses:
        raise ProgramError(f"{name} ended with status {done.returncode}: {done.stderr}")
    return done.stdout
