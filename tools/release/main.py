"""What every command of the release tools does alike."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tools.release.exceptions import ReleaseToolError

ROOT: Final = Path(__file__).parents[2]


def tell(line: object) -> None:
    """Say something to whoever runs the command, at once."""
    print(line, flush=True)  # noqa: T201 - the commands' output


def exit_with(command: Callable[[], bool]) -> None:
    """Run a command; exit with 1 where it says no, or refuses, in one line for each reason."""
    try:
        is_good = command()
    except ReleaseToolError as error:
        sys.exit(str(error))
    sys.exit(not is_good)
