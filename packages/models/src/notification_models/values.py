"""Identifiers, keys, versions, statuses and platforms.

Keys and versions are strings, which DynamoDB orders by their UTF-8 bytes. Their numbers are padded
with zeros, so that this order is numeric.
"""

import re
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final
from zlib import crc32

from notification_models.exceptions import InvalidRecordError

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
MAX_PARTITION_KEY_BYTES: Final = 2048
MAX_SORT_KEY_BYTES: Final = 1024

CREATED_AT_DIGITS: Final = 13
_SEQUENCE_NUMBER_DIGITS: Final = 40
_SEPARATOR: Final = "#"

MARKETING_SHARDS: Final = 4
"""Partitions of one campaign in its index; each takes 1,000 writes a second."""

FAILURE_SHARDS: Final = 8
"""Partitions of one day in the index of failures, which all applications share."""

MAX_CREATED_AT_MS: Final = 10**CREATED_AT_DIGITS - 1
"""Last millisecond that a notification key can hold, in the year 2286."""

FIRST_IN_MS: Final = 10**11
"""Lower numbers are in seconds: 10^11 ms is March 1973, and 10^11 s the year 5138."""

MAX_USER_ID_BYTES: Final = MAX_PARTITION_KEY_BYTES
MAX_TRANSACTION_ID_BYTES: Final = MAX_SORT_KEY_BYTES - CREATED_AT_DIGITS - len(_SEPARATOR)
MAX_MARKETING_ID_BYTES: Final = (
    MAX_PARTITION_KEY_BYTES - len(_SEPARATOR) - len(str(MARKETING_SHARDS - 1))
)

_DAY_MS: Final = 24 * 60 * 60 * 1000
_EPOCH: Final = date(1970, 1, 1).toordinal()

# AWS's have milliseconds and no Z. No more is asked of a label than that it sorts by its time: a
# label that is refused sends every change to the quarantine.
_LABEL: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z?"
)


class Status(StrEnum):
    """The known statuses. Any other text is kept unchanged."""

    SENT = "SENT"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"


class Platform(StrEnum):
    """The known platforms. Any other text is kept unchanged."""

    IOS = "IOS"
    ANDROID = "ANDROID"
    WEBPUSH = "WEBPUSH"


def to_milliseconds(time: int) -> int:
    """Return a sender's time in milliseconds since the epoch.

    Less than 10^11 is in seconds: 10^11 ms is March 1973, and 10^11 s the year 5138.
    """
    return time if time >= FIRST_IN_MS else time * 1000


def encode_notification_key(created_at_ms: int, transaction_id: str) -> str:
    """Encode a row's sort key, which is unique within a user and sorts by time.

    Args:
        created_at_ms: milliseconds since the epoch, 0 to `MAX_CREATED_AT_MS`.
        transaction_id: at most `MAX_TRANSACTION_ID_BYTES` in UTF-8.
    """
    return f"{str(created_at_ms).zfill(CREATED_AT_DIGITS)}{_SEPARATOR}{transaction_id}"


def decode_notification_key(notification_key: str) -> tuple[int, str]:
    """Split a sort key into `created_at` (ms) and `transaction_id`.

    Raises:
        InvalidRecordError: the text is not a notification key.
    """
    digits, _, transaction_id = notification_key.partition(_SEPARATOR)
    if not (len(digits) == CREATED_AT_DIGITS and is_digits(digits) and transaction_id):
        raise InvalidRecordError("notification_key", "is not {created_at}#{transaction_id}")
    return int(digits), transaction_id


def encode_marketing_shard(marketing_id: str, transaction_id: str) -> str:
    """Encode the partition key of a campaign's index that holds this transaction's rows."""
    shard = crc32(transaction_id.encode()) % MARKETING_SHARDS
    return f"{marketing_id}{_SEPARATOR}{shard}"


def encode_marketing_shards(marketing_id: str) -> tuple[str, ...]:
    """Encode all partition keys of a campaign in its index."""
    return tuple(f"{marketing_id}{_SEPARATOR}{shard}" for shard in range(MARKETING_SHARDS))


def decode_marketing_shard(partition: str) -> str:
    """Return the `marketing_id` of a partition key of a campaign's index."""
    return partition.rpartition(_SEPARATOR)[0]


def encode_failure_shard(created_at_ms: int, transaction_id: str) -> str:
    """Encode the partition key of the index of failures that holds this transaction's failed rows.

    Args:
        created_at_ms: milliseconds since the epoch, 0 to `MAX_CREATED_AT_MS`; its UTC day counts.
    """
    shard = crc32(transaction_id.encode()) % FAILURE_SHARDS
    return f"{_encode_day(created_at_ms // _DAY_MS)}{_SEPARATOR}{shard}"


def encode_failure_shards(day: date) -> tuple[str, ...]:
    """Encode all partition keys of a UTC day in the index of failures."""
    return tuple(f"{day.isoformat()}{_SEPARATOR}{shard}" for shard in range(FAILURE_SHARDS))


def decode_failure_shard(partition: str) -> date:
    """Return the UTC day of a partition key of the index of failures."""
    return date.fromisoformat(partition.rpartition(_SEPARATOR)[0])


@lru_cache(maxsize=64)  # the failures of a batch or of a page are of a few days
def _encode_day(days: int) -> str:
    """Encode the day that is this many days after the epoch."""
    return date.fromordinal(_EPOCH + days).isoformat()


def encode_version(stream_label: str, sequence_number: str) -> str:
    """Encode the version that a stream record gives to the rows it writes.

    A later change of an item has a greater version, even after the stream was recreated: a stream's
    label is the time it was enabled, in ISO 8601, and the sequence numbers of an item only grow.
    Versions are strings: a sequence number has up to 40 digits, a DynamoDB Number holds 38.

    Args:
        stream_label: last part of the stream's ARN, such as `2026-11-23T09:00:00.000`.
        sequence_number: decimal digits, 1 to 40 of them.

    Raises:
        InvalidRecordError: the label is no such time, or the sequence number is not 1 to 40 decimal
            digits.
    """
    if _find_label_time_s(stream_label) is None:
        raise InvalidRecordError("StreamLabel", "is not a time in ISO 8601")
    if not (len(sequence_number) <= _SEQUENCE_NUMBER_DIGITS and is_digits(sequence_number)):
        raise InvalidRecordError(
            "SequenceNumber", f"is not 1 to {_SEQUENCE_NUMBER_DIGITS} decimal digits"
        )
    return f"{stream_label}{_SEPARATOR}{sequence_number.zfill(_SEQUENCE_NUMBER_DIGITS)}"


def is_version(text: str, now_s: float) -> bool:
    """Return whether a stream can have given a version by a time.

    Args:
        now_s: seconds since the epoch.
    """
    number = text[-_SEQUENCE_NUMBER_DIGITS:]
    time_s = _find_label_time_s(text[: -_SEQUENCE_NUMBER_DIGITS - len(_SEPARATOR)])
    if time_s is None or time_s > now_s:
        return False
    return text[-_SEQUENCE_NUMBER_DIGITS - 1] == _SEPARATOR and is_digits(number)


@lru_cache(maxsize=16)  # of each stream record and row, all with the same few labels
def _find_label_time_s(text: str) -> float | None:
    """Return the time of a label, seconds since the epoch; None if it is no label."""
    if not _LABEL.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def is_digits(text: str) -> bool:
    """Return whether a text is one or more of the digits 0 to 9."""
    return text.isascii() and text.isdigit()
