"""Reads of a DynamoDB table that both sides need: one item, many items, a page of a segment."""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from notification_models import Item
from stream_processor.aws.errors import wrapping_errors
from stream_processor.exceptions import TableReadError, TableUnusableError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Key: TypeAlias = Item

# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
MAX_BATCH_KEYS: Final = 100
_MAX_BATCH_ROUNDS: Final = 8
_FIRST_DELAY_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Segment:
    """One of `total` parts of a table that can be scanned at the same time."""

    index: int
    total: int


@dataclass(frozen=True, slots=True)
class ScanPage:
    """Items of a segment; `next_key` is where the next page starts, None at the segment's end."""

    items: tuple[Item, ...]
    next_key: Key | None


@dataclass(frozen=True, slots=True)
class TableDescription:
    """What DynamoDB says of a table.

    Attributes:
        identity: differs from that of every other table, also of one of the same name before it.
        item_count: how many items it has, six hours ago perhaps.
    """

    identity: str
    item_count: int


class TableReader:
    """Reads one table. Every method raises `TableReadError` if DynamoDB does not answer."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table_name = table_name

    def describe(self) -> TableDescription:
        """Describe the table.

        Raises:
            TableUnusableError: it does not exist, or access is denied.
        """
        try:
            with wrapping_errors(TableReadError):
                table = self._client.describe_table(TableName=self._table_name)["Table"]
        except TableReadError as error:
            raise TableUnusableError(self._table_name, error) from error
        return TableDescription(f"{table['TableArn']} {table['TableId']}", table["ItemCount"])

    def find(self, key: Key) -> Item | None:
        """Read one item as it is now."""
        with wrapping_errors(TableReadError):
            answer = self._client.get_item(TableName=self._table_name, Key=key, ConsistentRead=True)
        return answer.get("Item")

    def find_many(self, keys: Sequence[Key]) -> list[Item]:
        """Read up to 100 items as they are now, in any order; absent ones are left out."""
        items: list[Item] = []
        pending: list[Any] = list(keys)
        for attempt in range(_MAX_BATCH_ROUNDS):
            if not pending:
                return items
            if attempt:
                time.sleep(random.uniform(0, _FIRST_DELAY_S * 2**attempt))  # noqa: S311 - jitter
            with wrapping_errors(TableReadError):
                answer = self._client.batch_get_item(
                    RequestItems={self._table_name: {"Keys": pending, "ConsistentRead": True}}
                )
            items += answer["Responses"].get(self._table_name, [])
            unprocessed = answer["UnprocessedKeys"].get(self._table_name)
            pending = list(unprocessed["Keys"]) if unprocessed else []
        raise TableReadError("UnprocessedKeys", is_retry_safe=True)

    def scan(self, segment: Segment, start_key: Key | None, limit: int) -> ScanPage:
        """Read up to `limit` items of a segment, from `start_key` on; may be a second old."""
        request: dict[str, Any] = {
            "TableName": self._table_name,
            "Segment": segment.index,
            "TotalSegments": segment.total,
            "Limit": limit,
        }
        if start_key is not None:
            request["ExclusiveStartKey"] = start_key
        with wrapping_errors(TableReadError):
            answer = self._client.scan(**request)
        return ScanPage(tuple(answer["Items"]), answer.get("LastEvaluatedKey"))
