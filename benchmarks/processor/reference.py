"""A typical processor: decodes each record, then puts one item after another."""

import os
from collections.abc import Callable
from typing import Any, Final

import boto3
from boto3.dynamodb.types import TypeDeserializer

from benchmarks.aws_environment import make_aws_environment
from benchmarks.processor.batches import Batch

_TABLE_NAME: Final = "notification-records"
KEPT: Final = (
    "transaction_id",
    "created_at",
    "user_id",
    "notification_title",
    "status",
    "platform",
    "marketing_id",
    "ap_id",
    "error_msg",
    "retry_cnt",
    "sns_id",
    "send_ts",
    "delivered_ts",
    "failed_ts",
)
"""Attributes of a command record that the references write into its row."""


def make_reference(url: str) -> Callable[[Batch], None]:
    """Return its handler."""
    os.environ.update(make_aws_environment(url))
    table = boto3.resource("dynamodb").Table(_TABLE_NAME)
    deserializer = TypeDeserializer()

    def handle(batch: Batch) -> None:
        for record in batch["Records"]:
            image: dict[str, Any] = {
                name: deserializer.deserialize(value)
                for name, value in record["dynamodb"]["NewImage"].items()
            }
            item: dict[str, Any] = {name: image[name] for name in KEPT if name in image}
            item["notification_key"] = f"{int(image['created_at']):013d}#{image['transaction_id']}"
            table.put_item(Item=item)

    return handle
