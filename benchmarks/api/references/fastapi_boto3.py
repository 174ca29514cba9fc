"""A typical FastAPI service over boto3's resource: pydantic models and plain functions."""

from typing import Final

import boto3
from boto3.dynamodb.conditions import Attr, Key
from botocore.config import Config
from fastapi import FastAPI
from pydantic import BaseModel, Field

_THREADS: Final = 40  # of FastAPI's pool; boto3 would open new connections if it kept fewer


class UserRequest(BaseModel):
    """A query for a user's notifications."""

    user_id: str = Field(min_length=1)
    limit: int = Field(default=10, ge=1, le=100)


class Notification(BaseModel):
    """One notification."""

    user_id: str
    transaction_id: str
    created_at: int
    marketing_id: str | None = None
    notification_title: str | None = None
    status: str | None = None
    platform: str | None = None
    error_msg: str | None = None
    ap_id: str | None = None
    retry_cnt: int | None = None
    sns_id: str | None = None
    send_ts: int | None = None
    delivered_ts: int | None = None
    failed_ts: int | None = None


class Answer(BaseModel):
    """Notifications, newest first."""

    success: bool
    data: list[Notification]
    message: str
    total_count: int
    next_cursor: str | None = None


app = FastAPI()
table = boto3.resource("dynamodb", config=Config(max_pool_connections=_THREADS)).Table(
    "notification-records"
)


@app.post("/query/user")
def query_user(request: UserRequest) -> Answer:
    """Return a user's notifications without deleted rows."""
    response = table.query(
        KeyConditionExpression=Key("user_id").eq(request.user_id),
        FilterExpression=Attr("deleted_at").not_exists(),
        ScanIndexForward=False,
        Limit=request.limit,
    )
    data = [Notification.model_validate(item) for item in response["Items"]]
    return Answer(
        success=True, data=data, message=f"{len(data)} notifications", total_count=len(data)
    )
