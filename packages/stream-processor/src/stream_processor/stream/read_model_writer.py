"""Writes rows to the read model, each only over an older version."""

from typing import Final, Protocol

from botocore.exceptions import ClientError

from notification_models import Row, Tombstone, encode_row
from stream_processor.aws.dynamodb_client import LeanDynamoDBClient
from stream_processor.aws.errors import wrapping_errors
from stream_processor.exceptions import ReadModelWriteError

_IF_ABSENT_OR_OLDER: Final = "attribute_not_exists(#version) OR #version < :version"


class ReadModelWriter(Protocol):
    """Port: writes projected rows."""

    def write(self, row: Row | Tombstone) -> bool:
        """Write a row or tombstone if the read model has none or an older one.

        Safe to call from several threads at once, for different rows.

        Returns:
            True if it was applied; False if the read model has the same or a newer version.

        Raises:
            ReadModelWriteError: it may or may not have been applied; repeating the write is safe.
        """


class DynamoDBReadModelWriter:
    """The port over a DynamoDB table: one conditional PutItem for each row."""

    def __init__(self, client: LeanDynamoDBClient, table_name: str) -> None:
        self._client = client
        self._table_name = table_name

    def write(self, row: Row | Tombstone) -> bool:
        """See `ReadModelWriter.write`."""
        item = encode_row(row)
        request = {
            "TableName": self._table_name,
            "Item": item,
            "ConditionExpression": _IF_ABSENT_OR_OLDER,
            "ExpressionAttributeNames": {"#version": "version"},
            "ExpressionAttributeValues": {":version": item["version"]},
        }
        with wrapping_errors(ReadModelWriteError):
            try:
                # The condition makes the operation safe to repeat.
                self._client.attempt_once("PutItem", request)
            except ClientError as error:
                if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                    raise
                return False
        return True
