"""Reads of a DynamoDB table that both tables share: an item, many items, a page of a segment."""

import asyncio
import itertools
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeAlias, TypeVar, overload

from msgspec import Raw, Struct
from msgspec.json import Decoder

from aws_client import AwsError, InvalidRequestError, ThrottledError
from aws_client.operations import BATCH_GET_ITEM, DESCRIBE_TABLE, QUERY, SCAN, decode_json
from notification_models import AttributeValue, Item
from notification_models.schema import Table
from stream_processor.aws.threaded_client import ThreadedClient
from stream_processor.exceptions import (
    InvalidReadError,
    OtherTableError,
    TableReadError,
    TableUnusableError,
)

ResultT = TypeVar("ResultT")

Key: TypeAlias = Item

# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
BATCH_SIZE: Final = 100
"""Items to work on at once: the most keys of BatchGetItem."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One of `total` parts of a table that can be scanned at the same time."""

    index: int
    total: int


@dataclass(frozen=True, slots=True)
class ScanPage:
    """A page of a segment: as many items as DynamoDB returns at once, up to 1 MB.

    Attributes:
        items: decoded when they are taken, since a decoded page takes ten times the memory.
        next_key: starts the next page; None at the end of the segment.
    """

    items: Sequence[Item]
    next_key: Key | None

    def batches(self) -> Iterator[Sequence[Item]]:
        """Take the items, `BATCH_SIZE` at a time; an empty page is one empty batch."""
        for start in range(0, max(1, len(self.items)), BATCH_SIZE):
            yield self.items[start : start + BATCH_SIZE]


@dataclass(frozen=True, slots=True)
class TableDescription:
    """A table.

    Attributes:
        identity: differs from that of every other table, also of an earlier one of the same name.
        item_count: number of items, up to six hours old.
    """

    identity: str
    item_count: int


WireItem: TypeAlias = dict[str, AttributeValue]
"""An item as on the wire: a binary value stays the base64 text that it is there."""


class _ScanPage(Struct, rename="pascal"):
    items: list[Raw]
    last_evaluated_key: WireItem | None = None


class _QueryPage(Struct, rename="pascal"):
    items: list[WireItem]
    last_evaluated_key: WireItem | None = None


class _Keys(Struct, rename="pascal"):
    keys: list[WireItem]


class _Batch(Struct, rename="pascal"):
    responses: dict[str, list[Raw]]
    unprocessed_keys: dict[str, _Keys] = {}


class _KeyAttribute(Struct, rename="pascal"):
    attribute_name: str
    key_type: str


class _Table(Struct, rename="pascal"):
    table_arn: str
    table_id: str
    item_count: int
    key_schema: list[_KeyAttribute]


class _Description(Struct, rename="pascal"):
    table: _Table


decode_item: Final = Decoder(WireItem).decode
_decode_scan_page: Final = Decoder(_ScanPage).decode
_decode_query_page: Final = Decoder(_QueryPage).decode
_decode_batch: Final = Decoder(_Batch).decode
_decode_description: Final = Decoder(_Description).decode


class _RawItems(Sequence[Item]):
    def __init__(self, items: Sequence[Raw]) -> None:
        self._items = items

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> list[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | list[Item]:
        with _raising_read_errors():
            if isinstance(index, slice):
                return [decode_json(item, decode_item) for item in self._items[index]]
            return decode_json(self._items[index], decode_item)


Projection: TypeAlias = Mapping[str, Any]
"""The part of a request that selects attributes; empty for all."""

ALL_ATTRIBUTES: Final[Projection] = {}


def create_projection(names: Iterable[str]) -> Projection:
    """Create the projection to these attributes, of which some may be reserved words."""
    placeholders = {f"#{number}": name for number, name in enumerate(names)}
    return {
        "ProjectionExpression": ", ".join(placeholders),
        "ExpressionAttributeNames": placeholders,
    }


class TableReader:
    """Reads one table. Every method raises `TableReadError` if DynamoDB failed."""

    def __init__(
        self, client: ThreadedClient, table_name: str, projection: Projection = ALL_ATTRIBUTES
    ) -> None:
        """Create a reader.

        Args:
            projection: attributes of the items that `find` and `find_many` return.
        """
        self._client = client
        self._table_name = table_name
        self._projection = projection

    def describe(self, schema: Table) -> TableDescription:
        """Describe the table.

        Args:
            schema: has the key that the table must have.

        Raises:
            TableUnusableError: wrong endpoint, region or credentials, no such table, no access.
            OtherTableError: it has another key.
        """
        request = {"TableName": self._table_name}
        try:
            description = self._run(self._client.call(DESCRIBE_TABLE, request, _decode_description))
        except TableReadError as error:
            raise TableUnusableError(self._table_name, self._client.endpoint_url, error) from error
        table = description.table
        key = {each.key_type: each.attribute_name for each in table.key_schema}
        expected = {"HASH": schema.partition_key.name, "RANGE": schema.sort_key.name}
        if key != expected:
            raise OtherTableError(self._table_name, tuple(key.values()), tuple(expected.values()))
        return TableDescription(f"{table.table_arn} {table.table_id}", table.item_count)

    def find(self, key: Key) -> Item | None:
        """Read one item consistently."""
        return next(iter(self.find_many([key], decode_item)), None)

    def find_many(self, keys: Sequence[Key], decode: Callable[[Raw], ResultT]) -> list[ResultT]:
        """Read items consistently, in any order; absent items are left out.

        Args:
            decode: decodes an item, and raises the errors of msgspec's decoders.
        """
        return self._run(self._read_all(keys, decode))

    def scan(self, segment: Segment, start_key: Key | None, projection: Projection) -> ScanPage:
        """Read a page of a segment, from `start_key` on; it may be a second old."""
        request: dict[str, Any] = {
            **projection,
            "TableName": self._table_name,
            "Segment": segment.index,
            "TotalSegments": segment.total,
        }
        if start_key is not None:
            request["ExclusiveStartKey"] = start_key
        page = self._run(self._client.call(SCAN, request, _decode_scan_page))
        return ScanPage(_RawItems(page.items), page.last_evaluated_key)

    def query(self, request: Mapping[str, Any]) -> list[WireItem]:
        """Read all pages of a query; the request is in the wire format, without the table."""
        return self._run(self._query({"TableName": self._table_name, **request}))

    async def _query(self, request: dict[str, Any]) -> list[WireItem]:
        items: list[WireItem] = []
        while True:
            page = await self._client.call(QUERY, request, _decode_query_page)
            items += page.items
            if page.last_evaluated_key is None:
                return items
            request["ExclusiveStartKey"] = page.last_evaluated_key

    async def _read_all(
        self, keys: Sequence[Key], decode: Callable[[Raw], ResultT]
    ) -> list[ResultT]:
        batches = (keys[start : start + BATCH_SIZE] for start in range(0, len(keys), BATCH_SIZE))
        read = await asyncio.gather(*(self._read_batch(batch, decode) for batch in batches))
        return [item for items in read for item in items]

    async def _read_batch(
        self, keys: Sequence[Key], decode: Callable[[Raw], ResultT]
    ) -> list[ResultT]:
        policy = self._client.retry_policy
        items: list[ResultT] = []
        for attempts in itertools.count(1):
            read = {**self._projection, "Keys": keys, "ConsistentRead": True}
            request = {"RequestItems": {self._table_name: read}}
            decoded, keys = await self._client.call(
                BATCH_GET_ITEM, request, partial(self._decode_response, decode)
            )
            items += decoded
            if not keys:
                break
            # DynamoDB throttles, or the response would be larger than 16 MB.
            error = ThrottledError("UnprocessedKeys")
            if not policy.can_retry(error, attempts):
                raise error
            await asyncio.sleep(policy.draw_delay_s(attempts))
        return items

    def _decode_response(
        self, decode: Callable[[Raw], ResultT], body: bytes
    ) -> tuple[list[ResultT], list[WireItem]]:
        """Decode the items of a response, and the keys that are left to read."""
        batch = _decode_batch(body)
        items = [decode(item) for item in batch.responses.get(self._table_name, [])]
        unprocessed = batch.unprocessed_keys.get(self._table_name)
        return items, unprocessed.keys if unprocessed else []

    def _run(self, call: Coroutine[Any, Any, ResultT]) -> ResultT:
        with _raising_read_errors():
            return self._client.run(call)


@contextmanager
def _raising_read_errors() -> Iterator[None]:
    try:
        yield
    except InvalidRequestError as error:
        raise InvalidReadError(error.code) from error
    except AwsError as error:
        raise TableReadError(error.code, is_retry_safe=error.is_retry_safe) from error
