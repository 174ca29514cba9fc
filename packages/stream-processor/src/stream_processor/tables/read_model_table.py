"""The read model for the operator tools: items as they are, with any content."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

from msgspec.json import Decoder

from aws_client import AwsError, ConditionFailedError, InvalidRequestError
from aws_client.operations import PUT_ITEM
from notification_models import Item, Row, RowKey, Tombstone, encode_row, encode_row_key
from notification_models.schema import NOTIFICATION_RECORDS, TRANSACTION_INDEX
from stream_processor.aws.threaded_client import ThreadedClient
from stream_processor.exceptions import InvalidRowError, ReadModelWriteError
from stream_processor.tables.stored_row import StoredRow, decode_stored_row, row_key_of
from stream_processor.tables.table_reader import (
    Key,
    ScanPage,
    Segment,
    TableDescription,
    TableReader,
    create_projection,
)

SCANNED_ATTRIBUTES: Final = ("user_id", "notification_key", "source_created_at", "deleted_at")
"""What a scan returns of an item."""

_SCANNED: Final = create_projection(SCANNED_ATTRIBUTES)
_OF_RECORD: Final = "transaction_id = :transaction AND notification_key = :key"
_IF_UNCHANGED: Final = "#version = :found"
_IF_ABSENT: Final = "attribute_not_exists(#version)"

_decode_object: Final = Decoder(dict[str, Any]).decode


class ReadModelTable(Protocol):
    """Port: the read model, to read and to repair. Methods that read raise `TableReadError`."""

    def find(self, key: RowKey) -> Item | None:
        """Read an item consistently."""

    def find_many(self, keys: Sequence[RowKey]) -> dict[RowKey, StoredRow]:
        """Read items consistently; absent ones are left out. The keys differ."""

    def find_keys(self, transaction_id: str, notification_key: str) -> set[RowKey]:
        """Return the keys of one command record's rows, under any user.

        From an index, which may be a moment old and holds no tombstones.
        """

    def scan(self, segment: Segment, start_key: Key | None) -> ScanPage:
        """Read a page of all items; it may be a second old.

        Items have their key alone, with `source_created_at` if they have that, and `deleted_at` if
        they are tombstones.
        """

    def replace(self, found: Item | None, row: Row | Tombstone) -> bool:
        """Write a row if the item still has the version of `found`, or is still absent.

        Returns:
            True if the row was written; False if the item has changed.

        Raises:
            InvalidRowError: the row can never be written.
            ReadModelWriteError: the row may or may not have been written.
        """

    def write_absent(self, rows: Iterable[Row]) -> Iterator[bool]:
        """Write rows at once, each only if it is absent; the rows differ.

        Takes a row only when its write can start.

        Returns:
            For each row in order, whether it was written: False also for an invalid row, so that
            one does not stop the others.

        Raises:
            ReadModelWriteError: any of the rows may or may not have been written.
        """


class DynamoDBReadModelTable:
    """The port over a DynamoDB table."""

    def __init__(self, client: ThreadedClient, table_name: str) -> None:
        self._client = client
        self._table_name = table_name
        self._reader = TableReader(client, table_name)

    def describe(self) -> TableDescription:
        """See `TableReader.describe`."""
        return self._reader.describe(NOTIFICATION_RECORDS)

    def scan(self, segment: Segment, start_key: Key | None) -> ScanPage:
        """See `ReadModelTable.scan`."""
        return self._reader.scan(segment, start_key, _SCANNED)

    def find(self, key: RowKey) -> Item | None:
        """See `ReadModelTable.find`."""
        return self._reader.find(encode_row_key(key))

    def find_many(self, keys: Sequence[RowKey]) -> dict[RowKey, StoredRow]:
        """See `ReadModelTable.find_many`."""
        rows = self._reader.find_many([encode_row_key(key) for key in keys], decode_stored_row)
        return {row.key: row for row in rows}

    def find_keys(self, transaction_id: str, notification_key: str) -> set[RowKey]:
        """See `ReadModelTable.find_keys`."""
        items = self._reader.query(
            {
                "IndexName": TRANSACTION_INDEX.name,
                "KeyConditionExpression": _OF_RECORD,
                "ExpressionAttributeValues": {
                    ":transaction": {"S": transaction_id},
                    ":key": {"S": notification_key},
                },
            }
        )
        return {row_key_of(item) for item in items}

    def replace(self, found: Item | None, row: Row | Tombstone) -> bool:
        """See `ReadModelTable.replace`."""
        version = found.get("version") if found else None
        return self._client.run(self._replace(version, row))

    def write_absent(self, rows: Iterable[Row]) -> Iterator[bool]:
        """See `ReadModelTable.write_absent`."""
        return self._client.map(self._write_absent, rows)

    async def _write_absent(self, row: Row) -> bool:
        try:
            return await self._replace(None, row)
        except InvalidRowError:
            return False

    async def _replace(self, version: Mapping[str, Any] | None, row: Row | Tombstone) -> bool:
        request: dict[str, Any] = {
            "TableName": self._table_name,
            "Item": encode_row(row),
            # It makes the operation safe to repeat.
            "ConditionExpression": _IF_ABSENT if version is None else _IF_UNCHANGED,
            "ExpressionAttributeNames": {"#version": "version"},
        }
        if version is not None:
            request["ExpressionAttributeValues"] = {":found": version}
        try:
            await self._client.call(PUT_ITEM, request, _decode_object)
        except ConditionFailedError:
            return False
        except InvalidRequestError as error:
            raise InvalidRowError(error.code) from error
        except AwsError as error:
            raise ReadModelWriteError(error.code, is_retry_safe=error.is_retry_safe) from error
        return True
