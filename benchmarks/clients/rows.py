"""The rows of a response to Query, as the clients return them and as DynamoDB sends them."""

import json
from typing import Any, Final, TypeAlias

Rows: TypeAlias = list[dict[str, Any]]
"""Decoded: texts, and numbers of any type."""

TABLE: Final = "notification-records"
KEY: Final = "user_id"
USER_ID: Final = "user_000001"
LIMIT: Final = 10

_NEWEST_CREATED_AT_MS: Final = 1_767_225_600_000


def make_rows() -> Rows:
    """Build ten rows of one user, as the stream processor writes them."""
    return [_make_row(_NEWEST_CREATED_AT_MS - number * 3_600_000) for number in range(LIMIT)]


def _make_row(created_at_ms: int) -> dict[str, Any]:
    return {
        "user_id": USER_ID,
        "notification_key": f"{created_at_ms}#tx_00000001",
        "version": f"2026-11-23T09:00:00.000#{4_421_584_500_000_000_017_450_439_091:040d}",
        "transaction_id": "tx_00000001",
        "created_at": created_at_ms,
        "notification_title": "您的訂單已送達",
        "status": "DELIVERED",
        "platform": "IOS",
        "marketing_id": "campaign_2026_new_year",
        "ap_id": "mobile-app-001",
        "marketing_shard": "campaign_2026_new_year#2",
    }


def make_query_response() -> bytes:
    """Encode the body of the response to Query."""
    items = [{name: _encode(value) for name, value in row.items()} for row in make_rows()]
    response = {"Count": len(items), "Items": items, "ScannedCount": len(items)}
    return json.dumps(response, ensure_ascii=False, separators=(",", ":")).encode()


def _encode(value: str | int) -> dict[str, str]:
    return {"N": str(value)} if isinstance(value, int) else {"S": value}
