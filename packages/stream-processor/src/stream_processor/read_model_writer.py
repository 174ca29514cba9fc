"""Writes rows to the read model, each only over an older version of itself."""

from typing import TYPE_CHECKING, Final, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from notification_models import encode_row
from stream_processor.exceptions import ReadModelWriteError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from stream_processor.projection import RowWrite

_IF_ABSENT_OR_OLDER: Final = "attribute_not_exists(#version) OR #version < :version"


class ReadModelWriter(Protocol):
    """Port: where projected rows go."""

    def write(self, row: "RowWrite") -> bool:
        """Write a row or tombstone if none is there or what is there is older.

        Safe to call from several threads at once, for different rows.

        Returns:
            True if it was applied; False if the read model already has it, or something newer.

        Raises:
            ReadModelWriteError: it may or may not have been applied; writing it again is safe.
        """


class DynamoDBReadModelWriter:
    """The port over a DynamoDB table: one conditional PutItem a row."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table_name = table_name

    def write(self, row: "RowWrite") -> bool:
        """See `ReadModelWriter.write`."""
        item = encode_row(row)
        try:
            self._client.put_item(
                TableName=self._table_name,
                Item=item,
                ConditionExpression=_IF_ABSENT_OR_OLDER,
                ExpressionAttributeNames={"#version": "version"},
                ExpressionAttributeValues={":version": item["version"]},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        except ClientError as error:
            raise ReadModelWriteError(error.response["Error"]["Code"]) from error
        except BotoCoreError as error:
            raise ReadModelWriteError(type(error).__name__) from error
        return True
