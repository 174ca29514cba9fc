"""The requests of the load, and DynamoDB's response to each: ten rows of one user."""

import json
import re
import time
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from typing import Final

from notification_models import (
    NotificationRecord,
    Platform,
    Row,
    Status,
    encode_row,
    encode_version,
)

ROWS: Final = 10

_USERS: Final = 1000
_ANY_USER: Final = "user_xxxxxx"
_USER: Final = re.compile(rb"user_\d{6}")
_LAST_TRANSACTION: Final = 1000
_NEWEST_CREATED_AT_MS: Final = 1_767_225_600_000
_FIRST_SEQUENCE_NUMBER: Final = 4_421_584_500_000_000_017_450_439_091
_STREAM_LABEL: Final = "2026-11-23T09:00:00.000"
_TITLES: Final = ("新年快樂 🎉 全館八折", "Your order is on its way", "您的訂單已送達")
_STATUSES: Final = (Status.DELIVERED, Status.SENT, Status.FAILED)
_PLATFORMS: Final = (Platform.IOS, Platform.ANDROID, Platform.WEBPUSH)
_APS: Final = ("mobile-app-001", "mobile-app-002", "web-portal-001")


def make_requests(count: int) -> Iterator[bytes]:
    """Return `count` requests, for one user after another."""
    return islice(cycle(_REQUESTS), count)


def make_requests_for(duration_s: float) -> Iterator[bytes]:
    """Yield requests for a duration that begins with the first."""
    end_s = time.perf_counter() + duration_s
    for request in cycle(_REQUESTS):
        if time.perf_counter() >= end_s:
            return
        yield request


def encode_request(body: str) -> bytes:
    """Encode a request for a user's notifications."""
    head = (
        "POST /query/user HTTP/1.1",
        "Host: 127.0.0.1",
        "User-Agent: benchmark",
        "Accept: application/json",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body.encode()


def respond_to_query(request: bytes) -> bytes:
    """Return ten rows of the user of a Query, and none of anybody else's."""
    user = _USER.search(request)
    if user is None:
        raise ValueError("no Query of a user of this workload")
    return _RESPONSE.replace(_ANY_USER.encode(), user[0])


def make_query_response(user_id: str, rows: int = ROWS, titles: Sequence[str] = _TITLES) -> bytes:
    """Encode the body of a response to Query: newest row first, no further page."""
    items = [
        encode_row(_make_row(user_id, number, titles[number % len(titles)]))
        for number in range(rows)
    ]
    response = {"Count": rows, "Items": items, "ScannedCount": rows}
    return json.dumps(response, ensure_ascii=False, separators=(",", ":")).encode()


def _make_row(user_id: str, number: int, title: str) -> Row:
    kind = number % len(_STATUSES)
    is_failed = _STATUSES[kind] is Status.FAILED
    record = NotificationRecord(
        user_id=user_id,
        transaction_id=f"tx_{_LAST_TRANSACTION - number:08d}",
        created_at=_NEWEST_CREATED_AT_MS - number * 3_600_000,
        notification_title=title,
        status=_STATUSES[kind],
        platform=_PLATFORMS[kind],
        # One in five has no campaign.
        marketing_id="campaign_2026_new_year" if number % 5 else None,
        ap_id=_APS[kind],
        error_msg="The device token is no longer registered" if is_failed else None,
    )
    return Row(
        record=record, version=encode_version(_STREAM_LABEL, str(_FIRST_SEQUENCE_NUMBER + number))
    )


_REQUESTS: Final = [
    encode_request(f'{{"user_id": "user_{number:06d}"}}') for number in range(_USERS)
]
_RESPONSE: Final = make_query_response(_ANY_USER)
