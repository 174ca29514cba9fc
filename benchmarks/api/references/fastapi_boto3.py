"""FastAPI over boto3's resource, as most would write it: models in and out, plain functions."""

from typing import Final

import boto3
from boto3.dynamodb.conditions import Attr, Key
from botocore.config import Config
from fastapi import FastAPI
from pydantic import BaseModel, Field

_THREADS: Final = 40  # of FastAPI's pool; with fewer connections than that, boto3 makes new ones


class UserRequest(BaseModel):
    """What did this user receive?"""

    user_id: str = Field(min_length=1)
    limit: int = Field(default=10, ge=1, le=100)


class Notification(BaseModel):
    """One notification."""

    user_id: str
    transaction_id: str
    created_at: int
    marketing_id: str | None = None
    notification_title: str
    status: str
    platform: str
    error_msg: str | None = None
    ap_id: str | None = None


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
def query_user(asked: UserRequest) -> Answer:
    """Answer with what a user received; deleted rows are left out."""
    response = table.query(
        KeyConditionExpression=Key("user_id").eq(asked.user_id),
        FilterExpression=Attr("deleted_at").not_exists(),
        ScanIndexForward=False,
        Limit=asked.limit,
    )
    data = [Notification.model_validate(item) for item in response["Items"]]
    return Answer(
        success=True, data=data, message=f"{len(data)} notifications", total_count=len(data)
    )
