"""What senders write and what the read model holds."""

from dataclasses import dataclass, field
from typing import NamedTuple

from notification_models.exceptions import InvalidRecordError
from notification_models.served_attributes import ServedAttributes
from notification_models.values import (
    MAX_CREATED_AT_MS,
    MAX_MARKETING_ID_BYTES,
    MAX_TRANSACTION_ID_BYTES,
    MAX_USER_ID_BYTES,
    Status,
    encode_failure_shard,
    encode_marketing_shard,
    encode_notification_key,
    to_milliseconds,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRecord(ServedAttributes):
    """One notification as its sender records it. Valid by construction.

    Its times may be in seconds. Device token and payload may be personal data, so `repr` leaves
    them out; nothing of ours reads them.

    Raises:
        InvalidRecordError: the record has no row: a text of its key is empty or too long, or
            `created_at` is out of range.
    """

    device_token: str | None = field(default=None, repr=False)
    payload: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        check_row_key(self.user_id, to_milliseconds(self.created_at), self.transaction_id)


class RowKey(NamedTuple):
    """Primary key of the read model."""

    user_id: str
    notification_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationRecord(ServedAttributes):
    """One notification as the read model has it; all times are in milliseconds.

    Attributes:
        source_created_at: `created_at` of the command record, where it is not in milliseconds.
    """

    source_created_at: int | None = None

    @property
    def key(self) -> RowKey:
        """Primary key of this record's row."""
        return RowKey(self.user_id, encode_notification_key(self.created_at, self.transaction_id))

    @property
    def command_created_at(self) -> int:
        """`created_at` as the command record has it, which is a part of that record's key."""
        return self.source_created_at or self.created_at

    @property
    def marketing_shard(self) -> str | None:
        """Partition of the campaign index that holds this record's row.

        None without a campaign, and for a `marketing_id` too long for the index.
        """
        marketing_id = self.marketing_id
        if marketing_id is None or len(marketing_id.encode()) > MAX_MARKETING_ID_BYTES:
            return None
        return encode_marketing_shard(marketing_id, self.transaction_id)

    @property
    def failure_shard(self) -> str | None:
        """Partition of the index of failures that holds this record's row.

        None unless the status is FAILED.
        """
        if self.status != Status.FAILED:
            return None
        return encode_failure_shard(self.created_at, self.transaction_id)


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


def check_row_key(user_id: str, created_at: int, transaction_id: str) -> None:
    """Check that these three fit the key of a read-model row.

    Raises:
        InvalidRecordError: one does not; the error names the attribute.
    """
    _check_identifier("transaction_id", transaction_id, MAX_TRANSACTION_ID_BYTES)
    _check_identifier("user_id", user_id, MAX_USER_ID_BYTES)
    if not 0 <= created_at <= MAX_CREATED_AT_MS:
        raise InvalidRecordError("created_at", f"is not in 0 to {MAX_CREATED_AT_MS} milliseconds")


def _check_identifier(attribute: str, value: str, max_bytes: int) -> None:
    if not value:
        raise InvalidRecordError(attribute, "is empty")
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        raise InvalidRecordError(attribute, "is not valid Unicode") from None
    if size > max_bytes:
        raise InvalidRecordError(attribute, f"is longer than {max_bytes} bytes")
