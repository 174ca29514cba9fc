"""Errors of the stream processor. None of their texts holds a record's content."""

from typing import ClassVar

from notification_models import NotificationsError


class StreamProcessorError(NotificationsError):
    """Root of the stream processor's errors."""


class AWSCallError(StreamProcessorError):
    """AWS did not confirm a call. Calling again does no harm.

    Attributes:
        code: the service's error code, or the name of the client's error.
        is_retry_safe: calling again soon may succeed: AWS throttled, failed or was not reached.
            False where the same call will fail the same way, such as one that is not allowed.
    """

    summary: ClassVar[str]

    def __init__(self, code: str, *, is_retry_safe: bool = False) -> None:
        super().__init__(f"{self.summary}: {code}")
        self.code = code
        self.is_retry_safe = is_retry_safe


class ReadModelWriteError(AWSCallError):
    """DynamoDB did not confirm a write: it may or may not have been applied."""

    summary = "the read model did not confirm a write"


class TableReadError(AWSCallError):
    """DynamoDB did not answer a read."""

    summary = "a table did not answer a read"


class QuarantineError(AWSCallError):
    """The quarantine did not take a poison record."""

    summary = "the quarantine did not take a record"


class FailureStoreError(AWSCallError):
    """The quarantine queue or the on-failure bucket did not answer."""

    summary = "the store of failures did not answer"


class RepairContendedError(StreamProcessorError):
    """A row kept changing while it was being repaired; trying again later is safe."""

    def __init__(self) -> None:
        super().__init__("the row kept changing while it was being repaired")


class RecordGoneError(StreamProcessorError):
    """A command record is gone, and rows of expired ones are kept: its row cannot be judged."""

    def __init__(self) -> None:
        super().__init__("the command record is gone: whether it expired or was deleted is unknown")


class OutOfTimeError(StreamProcessorError):
    """The time of an invocation was up before something was done."""

    def __init__(self) -> None:
        super().__init__("the time of the invocation was up")


class StoppedError(StreamProcessorError):
    """An operation was told to stop."""

    def __init__(self) -> None:
        super().__init__("stopped before the end")


class TableUnusableError(AWSCallError):
    """A table that an operation is to work on cannot be described.

    Attributes:
        table_name: which one.
    """

    summary = "a table cannot be described"

    def __init__(self, table_name: str, error: AWSCallError) -> None:
        super().__init__(error.code, is_retry_safe=error.is_retry_safe)
        self.args = (f"table {table_name} cannot be used: {error.code}",)
        self.table_name = table_name


class RebuildStateError(StreamProcessorError):
    """The state file of a rebuild cannot be used.

    Attributes:
        reason: why, as a predicate.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"the state file {reason}")
        self.reason = reason


class InvalidSettingError(StreamProcessorError):
    """A setting is missing or not usable.

    Attributes:
        setting: name of the environment variable.
        reason: what is wrong, as a predicate.
    """

    def __init__(self, setting: str, reason: str) -> None:
        super().__init__(f"setting {setting} {reason}")
        self.setting = setting
        self.reason = reason
