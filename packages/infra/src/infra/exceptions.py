"""Errors of the CDK app. Each text is one that whoever deploys can act on."""

from dataclasses import dataclass

from notification_models import NotificationsError


class InfraError(NotificationsError):
    """Root of this package's errors."""


@dataclass(frozen=True, slots=True)
class ConfigMistake:
    """One thing that is wrong with the configuration.

    Attributes:
        variable: the variable to change.
        reason: what is wrong with it.
    """

    variable: str
    reason: str

    def __str__(self) -> str:
        return f"{self.variable}: {self.reason}"


class InvalidConfigError(InfraError):
    """The configuration cannot be deployed; one line for each mistake.

    Attributes:
        mistakes: all that were found.
    """

    def __init__(self, mistakes: tuple[ConfigMistake, ...]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes


class BundlingError(InfraError):
    """A function's code could not be put together.

    Attributes:
        distribution: the package that was to be bundled.
        command: what was run.
        output: what it said.
    """

    def __init__(self, distribution: str, command: str, output: str) -> None:
        super().__init__(f"cannot bundle {distribution}: {command} failed\n{output}".rstrip())
        self.distribution = distribution
        self.command = command
        self.output = output


class RollbackError(InfraError):
    """The service could not be taken back.

    Attributes:
        reason: what stood in the way.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"not rolled back: {reason}")
        self.reason = reason


class CheckFailedError(InfraError):
    """A deployment answered otherwise than it should.

    Attributes:
        reason: the difference; never what the answer held.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
