"""The tables of a canned DynamoDB: items computed from their numbers, so that any size is cheap."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from notification_models import (
    CommandRecord,
    Item,
    Row,
    encode_command_record,
    encode_marketing_shard,
    encode_marketing_shards,
    encode_row,
    encode_row_key,
    encode_version,
    project_item,
)
from notification_models.schema import COMMAND_RECORDS, NOTIFICATION_RECORDS

# Stands for the number in the item from which all are made.
_MARK: Final = "3141592"
_CAMPAIGN: Final = "campaign_2026_new_year"
_RECORD: Final = CommandRecord(
    transaction_id=f"tx_{_MARK}",
    created_at=int(f"176722{_MARK}"),
    user_id=f"user_{_MARK}",
    notification_title="Your order is on its way",
    status="SENT",
    platform="IOS",
    marketing_id=_CAMPAIGN,
    ap_id="mobile-app-001",
    device_token="d" * 64,
    payload='{"deep_link": "app://orders"}',
)
_VERSION: Final = encode_version("2026-11-23T09:00:00.000", "4421584500000000017450439091")
_PAGE_ITEMS: Final = 2_000  # of a Scan without a limit: less than DynamoDB's 1 MB


def _split(item: Item) -> list[bytes]:
    """Encode an item, and split its text at the number."""
    return json.dumps(item, separators=(",", ":")).encode().split(_MARK.encode())


_COMMAND: Final = encode_command_record(_RECORD)
_PROJECTED: Final = project_item(_COMMAND)
_ROW: Final = encode_row(Row(record=_PROJECTED, version=_VERSION))
_RECORD_PARTS: Final = _split(_COMMAND)
_ROW_PARTS: Final = {
    shard: _split({**_ROW, "marketing_shard": {"S": shard}})
    for shard in encode_marketing_shards(_CAMPAIGN)
}


# With a projection, as our tools ask for them: the served attributes of a record or those of its
# row's key, and the key of a row.
_SERVED_PARTS: Final = _split({name: value for name, value in _COMMAND.items() if name in _ROW})
_OF_ROW_KEY: Final = ("transaction_id", "created_at", "user_id")
_OF_ROW_KEY_PARTS: Final = _split({name: _COMMAND[name] for name in _OF_ROW_KEY})
_ROW_KEY_PARTS: Final = _split(encode_row_key(_PROJECTED.key))


def _encode_record(digits: bytes, *, is_projected: bool) -> bytes:
    return digits.join(_SERVED_PARTS if is_projected else _RECORD_PARTS)


def _encode_row(digits: bytes, *, is_projected: bool) -> bytes:
    if is_projected:
        return digits.join(_ROW_KEY_PARTS)
    shard = encode_marketing_shard(_CAMPAIGN, f"tx_{digits.decode()}")
    return digits.join(_ROW_PARTS[shard])


@dataclass(frozen=True, slots=True)
class _Table:
    """How to encode the item of a number, and where its key has the number."""

    key: tuple[str, str]
    number: re.Pattern[bytes]
    encode: Callable[..., bytes]

    def encode_items(self, numbers: Iterable[bytes], *, is_projected: bool) -> bytes:
        return b",".join(self.encode(number, is_projected=is_projected) for number in numbers)

    def encode_key(self, number: int) -> bytes:
        item = json.loads(self.encode(b"%07d" % number, is_projected=False))
        return json.dumps({name: item[name] for name in self.key}).encode()

    def find_numbers(self, keys: bytes) -> list[bytes]:
        return self.number.findall(keys)


_TABLES: Final = {
    COMMAND_RECORDS.name: _Table(
        ("transaction_id", "created_at"), re.compile(rb'"tx_(\d{7})"'), _encode_record
    ),
    NOTIFICATION_RECORDS.name: _Table(
        ("user_id", "notification_key"), re.compile(rb'"user_(\d{7})"'), _encode_row
    ),
}


@dataclass(frozen=True, slots=True)
class CannedTables:
    """Command records, and the rows of all of them or of none.

    Attributes:
        records: number of command records.
    """

    records: int
    has_rows: bool

    def scan(self, body: bytes) -> bytes:
        """Respond to Scan; a segment is a range of numbers."""
        request: dict[str, Any] = json.loads(body)
        table = _TABLES[request["TableName"]]
        segment, total = request.get("Segment", 0), request.get("TotalSegments", 1)
        start, end = (self.records * each // total for each in (segment, segment + 1))
        if "ExclusiveStartKey" in request:
            (last,) = table.find_numbers(json.dumps(request["ExclusiveStartKey"]).encode())
            start = int(last) + 1
        page_end = min(end, start + request.get("Limit", _PAGE_ITEMS))
        numbers = (b"%07d" % number for number in range(start, page_end))
        items = table.encode_items(numbers, is_projected="ProjectionExpression" in request)
        if page_end == end:
            return b'{"Items":[%b]}' % items
        return b'{"Items":[%b],"LastEvaluatedKey":%b}' % (items, table.encode_key(page_end - 1))

    def batch_get_item(self, body: bytes) -> bytes:
        """Respond to BatchGetItem, on one table."""
        (name,) = (each for each in _TABLES if f'"{each}"'.encode() in body)
        is_empty = name == NOTIFICATION_RECORDS.name and not self.has_rows
        table = _TABLES[name]
        numbers = [] if is_empty else table.find_numbers(body)
        if name == COMMAND_RECORDS.name and b'"user_id"' in body and b'"status"' not in body:
            items = b",".join(number.join(_OF_ROW_KEY_PARTS) for number in numbers)
        else:
            items = table.encode_items(numbers, is_projected=b"ProjectionExpression" in body)
        return b'{"Responses":{"%b":[%b]},"UnprocessedKeys":{}}' % (name.encode(), items)
