"""What senders write and what the read model holds."""

from dataclasses import dataclass, field
from typing import NamedTuple, Self

from notification_models.exceptions import InvalidRecordError
from notification_models.served_attributes import SERVED_ATTRIBUTES, ServedAttributes
from notification_models.values import (
    MAX_CREATED_AT_MS,
    MAX_MARKETING_ID_BYTES,
    MAX_TRANSACTION_ID_BYTES,
    MAX_USER_ID_BYTES,
    encode_marketing_shard,
    encode_notification_key,
)

_MAX_BYTES = {
    "transaction_id": MAX_TRANSACTION_ID_BYTES,
    "user_id": MAX_USER_ID_BYTES,
    "marketing_id": MAX_MARKETING_ID_BYTES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRecord(ServedAttributes):
    """One notification as its sender recorded it. Valid by construction.

    Device token and payload may be personal data, so `repr` leaves them out.

    Raises:
        InvalidRecordError: a required text is empty, `created_at` is out of range, or an
            identifier is too long for its key in the read model.
    """

    device_token: str | None = field(default=None, repr=False)
    payload: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for attribute in ("notification_title", "status", "platform"):
            if not getattr(self, attribute):
                raise InvalidRecordError(attribute, "is empty")
        check_keys(self)


class RowKey(NamedTuple):
    """Primary key of the read model."""

    user_id: str
    notification_key: str


class NotificationRecord(ServedAttributes):
    """One notification as the read model serves it."""

    # A dataclass by inheritance: generating the same methods again would lengthen a cold start.
    __slots__ = ()

    @classmethod
    def of(cls, command: CommandRecord) -> Self:
        """Project a command record: keep its served attributes, not its device token or payload."""
        return cls(**{name: getattr(command, name) for name in SERVED_ATTRIBUTES})

    @property
    def key(self) -> RowKey:
        """Primary key of this record's row."""
        return RowKey(self.user_id, encode_notification_key(self.created_at, self.transaction_id))

    @property
    def marketing_shard(self) -> str | None:
        """Partition of the campaign index that holds this record's row; None without a campaign."""
        if self.marketing_id is None:
            return None
        return encode_marketing_shard(self.marketing_id, self.transaction_id)


class Row(NamedTuple):
    """A record in the read model and the version of the change that wrote it."""

    record: NotificationRecord
    version: str

    @property
    def key(self) -> RowKey:
        """Primary key of this row."""
        return self.record.key


class Tombstone(NamedTuple):
    """What remains of a deleted row, so that a late, older change cannot revive it.

    It has no index attribute, so it is in no index; queries of the table skip it.

    Attributes:
        deleted_at: milliseconds since the epoch.
        expires_at: seconds since the epoch, after which DynamoDB may remove it (TTL).
    """

    key: RowKey
    version: str
    deleted_at: int
    expires_at: int


def check_keys(record: ServedAttributes) -> None:
    """Check that the identifiers of a record fit the keys of a read-model row.

    Raises:
        InvalidRecordError: one does not; the error names the attribute.
    """
    check_row_key(record.user_id, record.created_at, record.transaction_id)
    if record.marketing_id is not None:
        _check_identifier("marketing_id", record.marketing_id)


def check_row_key(user_id: str, created_at: int, transaction_id: str) -> None:
    """Check that these three fit the key of a read-model row.

    Raises:
        InvalidRecordError: one does not; the error names the attribute.
    """
    _check_identifier("transaction_id", transaction_id)
    _check_identifier("user_id", user_id)
    if not 0 <= created_at <= MAX_CREATED_AT_MS:
        raise InvalidRecordError("created_at", f"is not in 0 to {MAX_CREATED_AT_MS} milliseconds")


def _check_identifier(attribute: str, value: str) -> None:
    if not value:
        raise InvalidRecordError(attribute, "is empty")
    if len(value.encode()) > _MAX_BYTES[attribute]:
        raise InvalidRecordError(attribute, f"is longer than {_MAX_BYTES[attribute]} bytes")
