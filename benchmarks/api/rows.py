"""What the canned DynamoDB answers: ten rows of one user, as the stream processor writes them."""

import json
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

_NEWEST_CREATED_AT_MS: Final = 1_767_225_600_000
_FIRST_SEQUENCE_NUMBER: Final = 4_421_584_500_000_000_017_450_439_091
_STREAM_LABEL: Final = "2026-11-23T09:00:00.000"
_TITLES: Final = ("新年快樂 🎉 全館八折", "Your order is on its way", "您的訂單已送達")
_STATUSES: Final = (Status.DELIVERED, Status.SENT, Status.FAILED)
_PLATFORMS: Final = (Platform.IOS, Platform.ANDROID, Platform.WEBPUSH)
_APS: Final = ("mobile-app-001", "mobile-app-002", "web-portal-001")


def make_query_answer() -> bytes:
    """Make the body of an answer to Query, newest row first and nothing after the last."""
    items = [encode_row(_make_row(number)) for number in range(ROWS)]
    answer = {"Count": ROWS, "Items": items, "ScannedCount": ROWS}
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


def _make_row(number: int) -> Row:
    kind = number % len(_STATUSES)
    is_failed = _STATUSES[kind] is Status.FAILED
    record = NotificationRecord(
        user_id="user_000001",
        transaction_id=f"tx_{ROWS - number:08d}",
        created_at=_NEWEST_CREATED_AT_MS - number * 3_600_000,
        notification_title=_TITLES[kind],
        status=_STATUSES[kind],
        platform=_PLATFORMS[kind],
        # One in five belongs to no campaign.
        marketing_id="campaign_2026_new_year" if number % 5 else None,
        ap_id=_APS[kind],
        error_msg="The device token is no longer registered" if is_failed else None,
    )
    return Row(
        record=record, version=encode_version(_STREAM_LABEL, str(_FIRST_SEQUENCE_NUMBER + number))
    )
