"""Reads of a DynamoDB table that both tables share: an item, many items, a page of a segment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from notification_models import Item
from stream_processor.aws.errors import wrapping_errors
from stream_processor.aws.retry import RetryPolicy
from stream_processor.exceptions import StreamProcessorError, TableReadError, TableUnusableError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Key: TypeAlias = Item

# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
MAX_BATCH_KEYS: Final = 100
_UNPROCESSED_KEYS: Final = "UnprocessedKeys"


@dataclass(frozen=True, slots=True)
class Segment:
    """One of `total` parts of a table that can be scanned at the same time."""

    index: int
    total: int


@dataclass(frozen=True, slots=True)
class ScanPage:
    """Items of a segment; `next_key` starts the next page, None at the end of the segment."""

    items: tuple[Item, ...]
    next_key: Key | None


@dataclass(frozen=True, slots=True)
class TableDescription:
    """A table.

    Attributes:
        identity: differs from that of every other table, also of an earlier one of the same name.
        item_count: number of items, up to six hours old.
    """

    identity: str
    item_count: int


class TableReader:
    """Reads one table. Every method raises `TableReadError` if DynamoDB failed."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table_name: str,
        retry_policy: RetryPolicy = RetryPolicy(attempts=8),  # noqa: B008 - immutable
    ) -> None:
        """Create a reader.

        Args:
            retry_policy: for unprocessed keys; the client retries failed calls by itself.
        """
        self._client = client
        self._table_name = table_name
        self._retry_policy = retry_policy

    def describe(self) -> TableDescription:
        """Describe the table.

        Raises:
            TableUnusableError: the table does not exist, or access is denied.
        """
        try:
            with wrapping_errors(TableReadError):
                table = self._client.describe_table(TableName=self._table_name)["Table"]
        except TableReadError as error:
            raise TableUnusableError(self._table_name, error) from error
        return TableDescription(f"{table['TableArn']} {table['TableId']}", table["ItemCount"])

    def find(self, key: Key) -> Item | None:
        """Read one item consistently."""
        with wrapping_errors(TableReadError):
            response = self._client.get_item(
                TableName=self._table_name, Key=key, ConsistentRead=True
            )
        return response.get("Item")

    def find_many(self, keys: Sequence[Key]) -> list[Item]:
        """Read up to 100 items consistently, in any order; absent items are left out."""
        if not keys:
            return []
        items: list[Item] = []
        pending: list[Any] = list(keys)

        def read_pending() -> None:
            nonlocal pending
            with wrapping_errors(TableReadError):
                response = self._client.batch_get_item(
                    RequestItems={self._table_name: {"Keys": pending, "ConsistentRead": True}}
                )
            items.extend(response["Responses"].get(self._table_name, []))
            unprocessed = response["UnprocessedKeys"].get(self._table_name)
            if unprocessed:
                pending = list(unprocessed["Keys"])
                raise TableReadError(_UNPROCESSED_KEYS, is_retry_safe=True)

        self._retry_policy.call(read_pending, should_retry=_has_unprocessed_keys)
        return items

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
            response = self._client.scan(**request)
        return ScanPage(tuple(response["Items"]), response.get("LastEvaluatedKey"))


def _has_unprocessed_keys(error: StreamProcessorError) -> bool:
    return isinstance(error, TableReadError) and error.code == _UNPROCESSED_KEYS
