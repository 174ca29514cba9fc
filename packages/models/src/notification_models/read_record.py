"""What the read model holds: rows and tombstones, each under a key and with a version."""

from dataclasses import dataclass

from notification_models.values import encode_notification_key


@dataclass(frozen=True, slots=True, order=True)
class RowKey:
    """Primary key of the read model."""

    user_id: str
    notification_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationRecord:
    """One notification as the read model serves it.

    Attributes:
        created_at: milliseconds since the epoch.
    """

    user_id: str
    transaction_id: str
    created_at: int
    notification_title: str
    status: str
    platform: str
    marketing_id: str | None = None
    ap_id: str | None = None
    error_msg: str | None = None

    @property
    def key(self) -> RowKey:
        """Where the read model holds this record."""
        return RowKey(self.user_id, encode_notification_key(self.created_at, self.transaction_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A record in the read model and the version of the change that wrote it."""

    record: NotificationRecord
    version: str

    @property
    def key(self) -> RowKey:
        """Primary key of this row."""
        return self.record.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """What is left of a deleted row, so that a late, older change cannot revive it.

    It has no index attribute, so it is in no index; queries of the table skip it.

    Attributes:
        deleted_at: milliseconds since the epoch.
        expires_at: seconds since the epoch, when DynamoDB may remove it (TTL).
    """

    key: RowKey
    version: str
    deleted_at: int
    expires_at: int
