"""Batches of stream records as Lambda delivers them."""

from itertools import count
from typing import Any, Final, TypeAlias

from notification_models import CommandRecord, Item, encode_command_record

Batch: TypeAlias = dict[str, Any]

BATCH_RECORDS: Final = 100

_STREAM_ARN: Final = (
    "arn:aws:dynamodb:ap-southeast-1:123456789012:table/command-records"
    "/stream/2026-11-23T09:00:00.000"
)
_FIRST_CREATED_AT_MS: Final = 1_767_225_600_000
_FIRST_SEQUENCE_NUMBER: Final = 4_421_584_500_000_000_017_450_439_091

_numbers = count()
_sequence_numbers = count(_FIRST_SEQUENCE_NUMBER)


def make_different() -> Batch:
    """Build a batch of 100 new records."""
    items = [_make_item(next(_numbers)) for _ in range(BATCH_RECORDS)]
    return {"Records": [_make_record(None, item) for item in items]}


def make_changes() -> Batch:
    """Build a batch of 50 new records and a later change of each."""
    numbers = [next(_numbers) for _ in range(BATCH_RECORDS // 2)]
    created = [_make_item(number) for number in numbers]
    delivered = [_make_item(number, "DELIVERED") for number in numbers]
    return {
        "Records": [
            *(_make_record(None, item) for item in created),
            *(_make_record(old, new) for old, new in zip(created, delivered, strict=True)),
        ]
    }


def _make_item(number: int, status: str = "SENT") -> Item:
    record = CommandRecord(
        transaction_id=f"tx_{number:08d}",
        created_at=_FIRST_CREATED_AT_MS + number,
        user_id=f"user_{number % 5_000:06d}",
        notification_title="Your order is on its way",
        status=status,
        platform="IOS",
        marketing_id="campaign_2026_new_year",
        ap_id="mobile-app-001",
        device_token="d" * 64,
        payload='{"deep_link": "app://orders"}',
    )
    return encode_command_record(record)


def _make_record(old: Item | None, new: Item) -> dict[str, Any]:
    change = {
        "ApproximateCreationDateTime": 1_767_225_601.0,
        "Keys": {name: new[name] for name in ("transaction_id", "created_at")},
        "NewImage": new,
        "SequenceNumber": str(next(_sequence_numbers)),
        "SizeBytes": 300,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    return {
        "eventID": "0" * 32,
        "eventName": "INSERT" if old is None else "MODIFY",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "ap-southeast-1",
        "dynamodb": change if old is None else {**change, "OldImage": old},
        "eventSourceARN": _STREAM_ARN,
    }
