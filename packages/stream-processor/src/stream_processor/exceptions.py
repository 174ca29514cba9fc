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
