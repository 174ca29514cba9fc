"""Errors of the stream processor. No message holds content of a record."""

from typing import ClassVar, Final

from notification_models import NotificationsError


class StreamProcessorError(NotificationsError):
    """Root of the stream processor's errors."""


class AWSCallError(StreamProcessorError):
    """AWS did not confirm a call. Repeating the call does no harm.

    Attributes:
        code: error code of the service, or name of the client's error.
        is_retry_safe: the call may succeed soon: AWS throttled, failed or was not reached. False if
            it would fail again, such as for denied access.
    """

    summary: ClassVar[str]

    def __init__(self, code: str, *, is_retry_safe: bool = False) -> None:
        super().__init__(f"{self.summary}: {code}")
        self.code = code
        self.is_retry_safe = is_retry_safe


class ReadModelWriteError(AWSCallError):
    """DynamoDB did not confirm a write: it may or may not have been applied."""

    summary = "the read model did not confirm a write"


class InvalidRowError(ReadModelWriteError):
    """DynamoDB calls a row invalid: it can never be written. Others may be."""

    summary = "the read model cannot hold a row"


class CommandRecordDeleteError(AWSCallError):
    """DynamoDB did not confirm a delete: the command record may or may not be deleted."""

    summary = "the command table did not confirm a delete"


class TableReadError(AWSCallError):
    """DynamoDB failed to read."""

    summary = "a table could not be read"


class InvalidReadError(TableReadError):
    """DynamoDB calls a read invalid: no table has such a key. Other reads may succeed."""

    summary = "a table cannot hold a key"


class QuarantineError(AWSCallError):
    """The quarantine did not confirm a poison record."""

    summary = "the quarantine did not confirm a record"


class FailureStoreError(AWSCallError):
    """The quarantine queue or the on-failure bucket failed."""

    summary = "the failure store could not be used"


class RepairContendedError(StreamProcessorError):
    """A row kept changing during its repair; repeating the repair is safe."""

    def __init__(self) -> None:
        super().__init__("the row kept changing during its repair")


UNREPAIRABLE: Final = (InvalidReadError, InvalidRowError, RepairContendedError)
"""Errors of one record's repair that say nothing about other records: the operator tools go on."""


class RecordGoneError(StreamProcessorError):
    """A command record is gone while rows of expired ones are kept: its row cannot be judged."""

    def __init__(self) -> None:
        super().__init__("the command record is gone: whether it expired or was deleted is unknown")


class OutOfTimeError(StreamProcessorError):
    """The time of an invocation was up before the work was done."""

    def __init__(self) -> None:
        super().__init__("the time of the invocation was up")


class StoppedError(StreamProcessorError):
    """A stop was requested."""

    def __init__(self) -> None:
        super().__init__("stopped before the end")


_NO_CREDENTIALS: Final = (
    "CredentialRetrievalError",
    "NoCredentialsError",
    "PartialCredentialsError",
)


class TableUnusableError(AWSCallError):
    """A table cannot be described: wrong endpoint, region or credentials, no such table, no access.

    Attributes:
        table_name: the table.
        endpoint_url: the address that was called.
    """

    summary = "a table cannot be described"

    def __init__(self, table_name: str, endpoint_url: str, error: AWSCallError) -> None:
        super().__init__(error.code, is_retry_safe=error.is_retry_safe)
        hint = (
            "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            if error.code in _NO_CREDENTIALS
            else "AWS_ENDPOINT_URL selects another endpoint"
        )
        self.args = (f"table {table_name} at {endpoint_url} cannot be used: {error.code}; {hint}",)
        self.table_name = table_name
        self.endpoint_url = endpoint_url


class OtherTableError(StreamProcessorError):
    """A table has another key than expected, so it is another one, such as the replaced system's.

    Attributes:
        table_name: the table.
        key: names of its key attributes.
        expected: names of those it should have.
    """

    def __init__(self, table_name: str, key: tuple[str, ...], expected: tuple[str, ...]) -> None:
        super().__init__(
            f"table {table_name} has the key {', '.join(key)}, not {', '.join(expected)}: set "
            "READ_TABLE_NAME and COMMAND_TABLE_NAME"
        )
        self.table_name = table_name
        self.key = key
        self.expected = expected


class RebuildStateError(StreamProcessorError):
    """The state file of a rebuild cannot be used.

    Attributes:
        reason: the cause, as a predicate.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"the state file {reason}")
        self.reason = reason


class InvalidSettingError(StreamProcessorError):
    """A setting is missing or not allowed.

    Attributes:
        setting: name of the environment variable.
        reason: the cause, as a predicate.
    """

    def __init__(self, setting: str, reason: str) -> None:
        super().__init__(f"setting {setting} {reason}")
        self.setting = setting
        self.reason = reason
