"""Runs programs, and ends the tools' own commands with an exit status."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path


class RefusedError(Exception):
    """A command cannot do its work.

    Attributes:
        reasons: all of them, a line each.
    """

    def __init__(self, *reasons: str) -> None:
        super().__init__("\n".join(f"refused: {reason}" for reason in reasons))
        self.reasons = reasons


class CommandError(Exception):
    """A program failed.

    Attributes:
        output: its standard output and error.
    """

    def __init__(self, command: Sequence[str], output: str) -> None:
        super().__init__(f"{' '.join(command)} failed\n{output}".rstrip())
        self.output = output


def run(*command: str, folder: Path, environment: Mapping[str, str] | None = None) -> str:
    """Run a program and return its standard output.

    Args:
        environment: variables to add to those of this process.

    Raises:
        CommandError: the program failed.
    """
    result = subprocess.run(  # noqa: S603 - only programs that this repository names
        command,
        cwd=folder,
        env=os.environ | dict(environment or {}),
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise CommandError(command, result.stdout + result.stderr)
    return result.stdout


def report(line: object) -> None:
    """Print a line at once."""
    print(line, flush=True)  # noqa: T201 - the commands' output


def exit_with(main: Callable[[], bool]) -> None:
    """Run a command; exit with status 1 if it returns false, refuses or fails."""
    try:
        is_good = main()
    except (RefusedError, CommandError) as error:
        sys.exit(str(error))
    sys.exit(not is_good)
