"""Litestar over boto3's client in its thread pool, with the common optimisations.

Dataclasses instead of models, the client instead of the resource, no parameter validation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

import boto3
from botocore.config import Config
from litestar import Litestar, post
from litestar.params import Parameter

_THREADS: Final = 40  # of Litestar's pool; boto3 would open new connections if it kept fewer


@dataclass(slots=True)
class UserRequest:
    """A query for a user's notifications."""

    user_id: Annotated[str, Parameter(min_length=1)]
    limit: Annotated[int, Parameter(ge=1, le=100)] = 10


@dataclass(slots=True)
class Notification:
    """One notification."""

    user_id: str
    transaction_id: str
    created_at: int
    marketing_id: str | None
    notification_title: str | None
    status: str | None
    platform: str | None
    error_msg: str | None
    ap_id: str | None
    retry_cnt: int | None
    sns_id: str | None
    send_ts: int | None
    delivered_ts: int | None
    failed_ts: int | None


@dataclass(slots=True)
class Answer:
    """Notifications, newest first."""

    success: bool
    data: list[Notification]
    message: str
    total_count: int
    next_cursor: str | None = None


dynamodb = boto3.client(
    "dynamodb", config=Config(max_pool_connections=_THREADS, parameter_validation=False)
)


@post("/query/user", status_code=200, sync_to_thread=True)
def query_user(data: UserRequest) -> Answer:
    """Return a user's notifications without deleted rows."""
    response = dynamodb.query(
        TableName="notification-records",
        KeyConditionExpression="user_id = :user_id",
        FilterExpression="attribute_not_exists(deleted_at)",
        ExpressionAttributeValues={":user_id": {"S": data.user_id}},
        ScanIndexForward=False,
        Limit=data.limit,
    )
    found = [_decode(item) for item in response["Items"]]
    return Answer(
        success=True, data=found, message=f"{len(found)} notifications", total_count=len(found)
    )


def _decode(item: Mapping[str, Any]) -> Notification:
    return Notification(
        user_id=item["user_id"]["S"],
        transaction_id=item["transaction_id"]["S"],
        created_at=int(item["created_at"]["N"]),
        marketing_id=item.get("marketing_id", {}).get("S"),
        notification_title=item.get("notification_title", {}).get("S"),
        status=item.get("status", {}).get("S"),
        platform=item.get("platform", {}).get("S"),
        error_msg=item.get("error_msg", {}).get("S"),
        ap_id=item.get("ap_id", {}).get("S"),
        retry_cnt=_find_integer(item, "retry_cnt"),
        sns_id=item.get("sns_id", {}).get("S"),
        send_ts=_find_integer(item, "send_ts"),
        delivered_ts=_find_integer(item, "delivered_ts"),
        failed_ts=_find_integer(item, "failed_ts"),
    )


def _find_integer(item: Mapping[str, Any], name: str) -> int | None:
    return int(item[name]["N"]) if name in item else None


app = Litestar([query_user])
