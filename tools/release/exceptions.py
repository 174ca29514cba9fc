"""Errors of the release tools. Each text is one that whoever releases can act on."""

from collections.abc import Sequence


class ReleaseToolError(Exception):
    """Root of these tools' errors."""


class RefusedError(ReleaseToolError):
    """Something is in the way; one line for each.

    Attributes:
        reasons: all that was found.
    """

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("\n".join(f"refused: {reason}" for reason in reasons))
        self.reasons = tuple(reasons)


class CommandError(ReleaseToolError):
    """A program failed.

    Attributes:
        command: what was run.
        output: what it said.
    """

    def __init__(self, command: Sequence[str], output: str) -> None:
        super().__init__(f"{' '.join(command)} failed\n{output}".rstrip())
        self.command = tuple(command)
        self.output = output
