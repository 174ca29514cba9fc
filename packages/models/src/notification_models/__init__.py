"""Records, keys, versions and table schemas of the Query Service; no I/O."""

from notification_models.attribute_value import AttributeValue, Item
from notification_models.codec import (
    decode_notification_record,
    decode_row,
    decode_row_key,
    encode_command_record,
    encode_row,
    encode_row_key,
    find_status,
    project_item,
)
from notification_models.exceptions import InvalidRecordError, NotificationsError
from notification_models.records import (
    CommandRecord,
    NotificationRecord,
    Row,
    RowKey,
    Tombstone,
)
from notification_models.values import (
    Platform,
    Status,
    decode_failure_shard,
    decode_marketing_shard,
    decode_notification_key,
    encode_failure_shard,
    encode_failure_shards,
    encode_marketing_shard,
    encode_marketing_shards,
    encode_notification_key,
    encode_version,
    to_milliseconds,
)

__all__ = [
    "AttributeValue",
    "CommandRecord",
    "InvalidRecordError",
    "Item",
    "NotificationRecord",
    "NotificationsError",
    "Platform",
    "Row",
    "RowKey",
    "Status",
    "Tombstone",
    "decode_failure_shard",
    "decode_marketing_shard",
    "decode_notification_key",
    "decode_notification_record",
    "decode_row",
    "decode_row_key",
    "encode_command_record",
    "encode_failure_shard",
    "encode_failure_shards",
    "encode_marketing_shard",
    "encode_marketing_shards",
    "encode_notification_key",
    "encode_row",
    "encode_row_key",
    "encode_version",
    "find_status",
    "project_item",
    "to_milliseconds",
]
