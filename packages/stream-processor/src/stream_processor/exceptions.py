"""Errors of the stream processor. None of their texts holds a record's content."""

from notification_models import NotificationsError


class StreamProcessorError(NotificationsError):
    """Root of the stream processor's errors."""


class ReadModelWriteError(StreamProcessorError):
    """DynamoDB did not confirm a write: it may or may not have been applied.

    Attributes:
        code: DynamoDB's error code, or the name of the client's error.
    """

    def __init__(self, code: str) -> None:
        super().__init__(f"the read model did not confirm a write: {code}")
        self.code = code


class QuarantineError(StreamProcessorError):
    """The quarantine did not take a poison record.

    Attributes:
        code: SQS's error code, or the name of the client's error.
    """

    def __init__(self, code: str) -> None:
        super().__init__(f"the quarantine did not take a record: {code}")
        self.code = code


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
