"""What the read model holds: rows and tombstones, each with a key and a version."""

from dataclasses import dataclass
from typing import Self

from notification_models.command_record import CommandRecord
from notification_models.served_attributes import SERVED_ATTRIBUTES, ServedAttributes
from notification_models.values import encode_marketing_shard, encode_notification_key


@dataclass(frozen=True, slots=True, order=True)
class RowKey:
    """Primary key of the read model."""

    user_id: str
    notification_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationRecord(ServedAttributes):
    """One notification as the read model serves it."""

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
