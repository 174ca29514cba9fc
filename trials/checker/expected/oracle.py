"""The rows that command records call for, written from the documentation and not from the codec.

Rows are items without their version, in the wire format.
"""

import json
import time
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, TypeAlias
from zlib import crc32

Item: TypeAlias = Mapping[str, Any]
Row: TypeAlias = dict[str, Any]

_TEXTS: Final = (
    *("notification_title", "status", "platform"),
    *("marketing_id", "ap_id", "error_msg", "sns_id"),
)
_TIMES: Final = ("send_ts", "delivered_ts", "failed_ts")
_KNOWN: Final[Mapping[str, frozenset[str]]] = {
    "status": frozenset({"SENT", "DELIVERED", "FAILED"}),
    "platform": frozenset({"IOS", "ANDROID", "WEBPUSH"}),
}
_LARGEST: Final = 9_999_999_999_999
_FIRST_IN_MS: Final = 100_000_000_000
_MAX_TEXT_BYTES: Final = 4096
_MAX_PARTITION_BYTES: Final = 2048
_MAX_SORT_BYTES: Final = 1024
_CAMPAIGN_SHARDS: Final = 4
_SHARDS_OF_A_DAY: Final = 8

TOMBSTONE_ATTRIBUTES: Final = frozenset(
    {"user_id", "notification_key", "version", "deleted_at", "expires_at"}
)


class RowKey(NamedTuple):
    """Primary key of a row."""

    user_id: str
    notification_key: str


def find_key(source: Item) -> RowKey | None:
    """Return the key of a command record's row; None if the record is poison."""
    created_at = find_row_time(source)
    user_id, transaction_id = _find_id(source, "user_id"), _find_id(source, "transaction_id")
    if created_at is None or user_id is None or transaction_id is None:
        return None
    notification_key = f"{created_at:013}#{transaction_id}"
    if len(user_id.encode()) > _MAX_PARTITION_BYTES:
        return None
    if len(notification_key.encode()) > _MAX_SORT_BYTES:
        return None
    return RowKey(user_id, notification_key)


def find_row(source: Item | None) -> Row | None:
    """Return the row that a command record calls for; None if it is gone or poison."""
    key = find_key(source) if source is not None else None
    if source is None or key is None:
        return None
    transaction_id = source["transaction_id"]["S"]
    created_at, own_created_at = find_row_time(source), int(source["created_at"]["N"])
    row: Row = {
        "user_id": {"S": key.user_id},
        "notification_key": {"S": key.notification_key},
        "transaction_id": {"S": transaction_id},
        "created_at": {"N": str(created_at)},
    }
    if own_created_at != created_at:
        row["source_created_at"] = {"N": str(own_created_at)}
    for name in _TEXTS:
        text = _find_text(source.get(name), _KNOWN.get(name, frozenset()))
        if text is not None:
            row[name] = {"S": text}
    count = _find_whole(source.get("retry_cnt"))
    if count is not None:
        row["retry_cnt"] = {"N": str(count)}
    for name in _TIMES:
        time_ms = _find_time(source.get(name))
        if time_ms is not None:
            row[name] = {"N": str(time_ms)}
    return row | _find_partitions(row, key)


def _find_partitions(row: Row, key: RowKey) -> Row:
    """Return the partition keys of a row in its indexes: of its campaign, of the failures."""
    created_at, _, transaction_id = key.notification_key.partition("#")
    number = crc32(transaction_id.encode())
    found: Row = {}
    if "marketing_id" in row:
        partition = f"{row['marketing_id']['S']}#{number % _CAMPAIGN_SHARDS}"
        if len(partition.encode()) <= _MAX_PARTITION_BYTES:
            found["marketing_shard"] = {"S": partition}
    if row.get("status") == {"S": "FAILED"}:
        day = time.strftime("%Y-%m-%d", time.gmtime(int(created_at[:-3])))
        found["failure_shard"] = {"S": f"{day}#{number % _SHARDS_OF_A_DAY}"}
    return found


def find_row_time(source: Item) -> int | None:
    """Return a command record's time in milliseconds, as far as a row's key can have it."""
    return _find_time(source.get("created_at"))


def _find_id(source: Item, name: str) -> str | None:
    match source.get(name):
        case {"S": str(text)} if text and _is_unicode(text):
            return text
        case _:
            return None


def _is_unicode(text: str) -> bool:
    """Return whether a text has no half of a character, which JSON can hold."""
    return text.isascii() or not any("\ud800" <= each <= "\udfff" for each in text)


def _find_whole(value: Item | None) -> int | None:
    match value:
        case {"N": str(digits)} if digits.isdecimal() and int(digits) <= _LARGEST:
            return int(digits)
        case _:
            return None


def _find_time(value: Item | None) -> int | None:
    number = _find_whole(value)
    if number is None:
        return None
    in_ms = number * 1000 if number < _FIRST_IN_MS else number
    return in_ms if in_ms <= _LARGEST else None


def _find_text(value: Item | None, known: frozenset[str]) -> str | None:
    match value:
        case {"S": str(text)} | {"N": str(text)}:
            pass
        case {"BOOL": bool(is_true)}:
            text = "true" if is_true else "false"
        case {"M": dict()} | {"L": list()}:
            text = _render(value or {})
        case _:
            return None
    if text.isascii() and text.upper() in known:
        return text.upper()
    return _cut(text) or None


def _render(value: Item) -> str:
    """Render a nested attribute value as compact JSON; binary and sets are null."""
    match value:
        case {"S": str(text)}:
            return json.dumps(text, ensure_ascii=False)
        case {"N": str(digits)}:
            return digits
        case {"BOOL": bool(is_true)}:
            return "true" if is_true else "false"
        case {"M": dict(members)}:
            pairs = (
                f"{json.dumps(name, ensure_ascii=False)}:{_render(members[name])}"
                for name in sorted(members)
            )
            return "{" + ",".join(pairs) + "}"
        case {"L": list(elements)}:
            return "[" + ",".join(map(_render, elements)) + "]"
        case _:
            return "null"


def _cut(text: str) -> str:
    """Cut a text at a character, so that it has no more than 4 KiB with its ellipsis."""
    if len(text.encode()) <= _MAX_TEXT_BYTES:
        return text
    room = _MAX_TEXT_BYTES - len("…".encode())
    return text.encode()[:room].decode(errors="ignore") + "…"
