"""Errors of the local stack, with texts that a newcomer can act on."""

from typing import TYPE_CHECKING

from notification_models import NotificationsError

if TYPE_CHECKING:
    from pathlib import Path


class LocalStackError(NotificationsError):
    """Root of this package's errors."""


class PortTakenError(LocalStackError):
    """Another process listens on a port of the stack.

    Attributes:
        port: the port.
        option: the command-line option that chooses another one.
    """

    def __init__(self, port: int, option: str) -> None:
        super().__init__(
            f"port {port} on 127.0.0.1 is in use: stop the process that listens there, "
            f"or choose another port with {option}"
        )
        self.port = port
        self.option = option


class EndpointError(LocalStackError):
    """A DynamoDB that runs elsewhere cannot be used.

    Attributes:
        url: its endpoint.
        reason: the error code of its response, or the name of the client's error.
        option: the command-line option that chooses another one.
    """

    def __init__(self, url: str, reason: str, option: str) -> None:
        super().__init__(
            f"DynamoDB at {url} cannot be used: {reason}. With {option}, choose the endpoint of an "
            "emulator, which accepts any credentials"
        )
        self.url = url
        self.reason = reason
        self.option = option


class DataDirectoryError(LocalStackError):
    """The data directory cannot be used.

    Attributes:
        path: the directory.
        reason: what is wrong with it, as a predicate: "is in use by another stack".
    """

    def __init__(self, path: "Path", reason: str) -> None:
        super().__init__(f"data directory {path} {reason}")
        self.path = path
        self.reason = reason


class EmulatorError(LocalStackError):
    """The emulator did not start, or it died.

    Attributes:
        reason: what happened, as a predicate: "exited with status 1".
        log_tail: the last lines of its log.
    """

    def __init__(self, reason: str, log_tail: str) -> None:
        super().__init__(f"the emulator {reason}\n{log_tail}".rstrip())
        self.reason = reason
        self.log_tail = log_tail


class ComponentStoppedError(LocalStackError):
    """A component of the stack ended by itself.

    Attributes:
        component: its name.
    """

    def __init__(self, component: str) -> None:
        super().__init__(f"the {component} stopped unexpectedly")
        self.component = component


class StreamReadError(LocalStackError):
    """The stream could not be read; a later read may succeed."""


class DestinationError(LocalStackError):
    """The on-failure destination did not accept a discarded batch; it may later."""


class StoppingError(LocalStackError):
    """The event source is stopping: it delivers nothing more."""
