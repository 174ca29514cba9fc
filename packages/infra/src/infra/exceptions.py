"""Errors of the CDK app, with texts for the person who deploys."""

from dataclasses import dataclass

from notification_models import NotificationsError


class InfraError(NotificationsError):
    """Root of this package's errors."""


@dataclass(frozen=True, slots=True)
class ConfigMistake:
    """A mistake in the configuration.

    Attributes:
        variable: the variable to change.
        reason: what is wrong with it.
    """

    variable: str
    reason: str

    def __str__(self) -> str:
        return f"{self.variable}: {self.reason}"


class InvalidConfigError(InfraError):
    """The configuration is invalid; the text has one line for each mistake.

    Attributes:
        mistakes: all mistakes that were found.
    """

    def __init__(self, mistakes: tuple[ConfigMistake, ...]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes


class BundlingError(InfraError):
    """The code of a function could not be bundled.

    Attributes:
        distribution: the package to bundle.
        command: the command that failed.
        output: its output.
    """

    def __init__(self, distribution: str, command: str, output: str) -> None:
        super().__init__(f"cannot bundle {distribution}: {command} failed\n{output}".rstrip())
        self.distribution = distribution
        self.command = command
        self.output = output


class RollbackError(InfraError):
    """The service was not rolled back.

    Attributes:
        reason: why not.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"not rolled back: {reason}")
        self.reason = reason


class CheckFailedError(InfraError):
    """A check of a deployment failed.

    Attributes:
        reason: what differs; never the content of a response.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class DeployError(InfraError):
    """The stacks were not deployed.

    Attributes:
        reason: why not, and what to do.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"not deployed: {reason}")
        self.reason = reason


class ScanError(InfraError):
    """A scanner of templates did not run to its end.

    Attributes:
        tool: the scanner.
        reason: what happened.
    """

    def __init__(self, tool: str, reason: str) -> None:
        super().__init__(f"{tool} failed: {reason}")
        self.tool = tool
        self.reason = reason
