"""The read model for the operator tools: items as they are, with any content."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol

from botocore.exceptions import ClientError

from notification_models import Item, Row, RowKey, Tombstone, encode_row, encode_row_key
from notification_models.schema import TRANSACTION_INDEX
from stream_processor.aws.errors import wrapping_errors
from stream_processor.exceptions import ReadModelWriteError, TableReadError
from stream_processor.tables.table_reader import Key, ScanPage, Segment, TableReader

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_IF_UNCHANGED: Final = "#version = :found"
_IF_ABSENT: Final = "attribute_not_exists(#version)"


def row_key_of(item: Item) -> RowKey:
    """Return the primary key of an item, which every item has."""
    return RowKey(item["user_id"]["S"], item["notification_key"]["S"])


class ReadModelTable(Protocol):
    """Port: the read model, to read and to repair. Methods that read raise `TableReadError`."""

    def find(self, key: RowKey) -> Item | None:
        """Read an item consistently."""

    def find_many(self, keys: Sequence[RowKey]) -> dict[RowKey, Item]:
        """Read up to 100 items consistently; absent ones are left out."""

    def find_keys(self, transaction_id: str, notification_key: str) -> set[RowKey]:
        """Return the keys of one command record's rows, under any user.

        From an index, which may be a moment old and holds no tombstones.
        """

    def scan(self, segment: Segment, start_key: Key | None, limit: int) -> ScanPage:
        """Read a page of all items; it may be a second old."""

    def replace(self, found: Item | None, row: Row | Tombstone) -> bool:
        """Write a row if the item still has the version of `found`, or is still absent.

        Returns:
            True if the row was written; False if the item has changed.

        Raises:
            ReadModelWriteError: the row may or may not have been written.
        """


class DynamoDBReadModelTable:
    """The port over a DynamoDB table."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table_name = table_name
        self._reader = TableReader(client, table_name)
        self.scan = self._reader.scan
        self.describe = self._reader.describe

    def find(self, key: RowKey) -> Item | None:
        """See `ReadModelTable.find`."""
        return self._reader.find(encode_row_key(key))

    def find_many(self, keys: Sequence[RowKey]) -> dict[RowKey, Item]:
        """See `ReadModelTable.find_many`."""
        items = self._reader.find_many([encode_row_key(key) for key in keys])
        return {row_key_of(item): item for item in items}

    def find_keys(self, transaction_id: str, notification_key: str) -> set[RowKey]:
        """See `ReadModelTable.find_keys`."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table_name,
            IndexName=TRANSACTION_INDEX.name,
            KeyConditionExpression="transaction_id = :transaction AND notification_key = :key",
            ExpressionAttributeValues={
                ":transaction": {"S": transaction_id},
                ":key": {"S": notification_key},
            },
        )
        with wrapping_errors(TableReadError):
            return {row_key_of(item) for page in pages for item in page["Items"]}

    def replace(self, found: Item | None, row: Row | Tombstone) -> bool:
        """See `ReadModelTable.replace`."""
        version = found.get("version") if found else None
        condition: dict[str, Any] = {
            "ConditionExpression": _IF_ABSENT if version is None else _IF_UNCHANGED,
            "ExpressionAttributeNames": {"#version": "version"},
        }
        if version is not None:
            condition["ExpressionAttributeValues"] = {":found": version}
        with wrapping_errors(ReadModelWriteError):
            try:
                self._client.put_item(TableName=self._table_name, Item=encode_row(row), **condition)
            except ClientError as error:
                # By code: client.exceptions creates its classes on first use, and two threads may
                # get different ones.
                if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                    raise
                return False
        return True
