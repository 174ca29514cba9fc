"""What both tables hold of one person: command records whole, rows and tombstones.

No index finds command records by user, and a record that is poison or not yet projected has no row.
So the whole command table is scanned. This is the only module that deletes command records.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeAlias

from msgspec import Struct
from msgspec.json import Decoder

from aws_client import AwsError, ConditionFailedError
from aws_client.operations import DELETE_ITEM, QUERY, SCAN, Operation
from notification_models import AttributeValue, Item
from notification_models.values import MAX_USER_ID_BYTES
from stream_processor.aws.threaded_client import ThreadedClient
from stream_processor.exceptions import CommandRecordDeleteError, TableReadError
from stream_processor.tables.command_table import command_key_of
from stream_processor.tables.table_reader import Key, Segment

_NAME: Final = {"#user": "user_id"}
# A repeated delete finds no record, which is a success too.
_IF_STILL_THEIRS: Final = "attribute_not_exists(transaction_id) OR #user = :user"
# DynamoDB's numbers have up to 38 digits. Other notations of a number are other user ids.
_WHOLE_NUMBER: Final = re.compile(r"0|-?[1-9][0-9]{0,37}")


@dataclass(frozen=True, slots=True)
class PersonPage:
    """A page of the command table, filtered.

    Attributes:
        items: the person's records, as they are in the table.
        read: number of records that were read to find them.
    """

    items: Sequence[Item]
    read: int


class PersonTables(Protocol):
    """Port: both tables, limited to one person. Methods that read raise `TableReadError`."""

    def scan_records(self) -> Iterator[PersonPage]:
        """Read the whole command table consistently, page by page.

        A record written during the scan may be left out.
        """

    def delete_records(self, records: Iterable[Item]) -> Iterator[bool]:
        """Delete command records, several at once, each only while it is the person's.

        Returns:
            For each record in order, whether it is deleted; False if it is another person's now.

        Raises:
            CommandRecordDeleteError: any of the records may or may not be deleted.
        """

    def read_rows(self) -> Iterator[Sequence[Item]]:
        """Read the person's rows and tombstones consistently, page by page."""


# As on the wire: a binary value stays the base64 text that it is there.
_WireItem: TypeAlias = dict[str, AttributeValue]


class _Page(Struct, rename="pascal"):
    items: list[_WireItem]
    scanned_count: int
    last_evaluated_key: _WireItem | None = None


_decode_page: Final = Decoder(_Page).decode
_decode_object: Final = Decoder(dict[str, Any]).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamoDBPersonTables:
    """The port over DynamoDB.

    Attributes:
        segments: parts of the command table that are scanned at once.
        wait_for_page: called before each page of a scan; limits the rate, or stops.
    """

    client: ThreadedClient
    command_table_name: str
    read_table_name: str
    user_id: str = field(repr=False)
    segments: int
    wait_for_page: Callable[[], None]

    def scan_records(self) -> Iterator[PersonPage]:
        """See `PersonTables.scan_records`."""
        positions: dict[Segment, Key | None] = {
            Segment(index, self.segments): None for index in range(self.segments)
        }
        while positions:
            started = list(positions.items())
            pages = self.client.map(self._scan, self._take(started))
            for (segment, _), page in zip(started, pages, strict=True):
                if page.last_evaluated_key is None:
                    del positions[segment]
                else:
                    positions[segment] = page.last_evaluated_key
                yield PersonPage(page.items, page.scanned_count)

    def delete_records(self, records: Iterable[Item]) -> Iterator[bool]:
        """See `PersonTables.delete_records`."""
        return self.client.map(self._delete, records)

    def read_rows(self) -> Iterator[Sequence[Item]]:
        """See `PersonTables.read_rows`."""
        # No row has a longer key, and DynamoDB refuses the query.
        if len(self.user_id.encode()) > MAX_USER_ID_BYTES:
            return
        start_key: Key | None = None
        while True:
            page = self.client.run(self._query(start_key))
            yield page.items
            start_key = page.last_evaluated_key
            if start_key is None:
                return

    def _take(
        self, positions: Iterable[tuple[Segment, Key | None]]
    ) -> Iterator[tuple[Segment, Key | None]]:
        for each in positions:
            self.wait_for_page()
            yield each

    async def _scan(self, position: tuple[Segment, Key | None]) -> _Page:
        segment, start_key = position
        values = {f":user{number}": value for number, value in enumerate(self._list_values())}
        request: dict[str, Any] = {
            "TableName": self.command_table_name,
            "ConsistentRead": True,
            "Segment": segment.index,
            "TotalSegments": segment.total,
            "FilterExpression": f"#user IN ({', '.join(values)})",
            "ExpressionAttributeNames": _NAME,
            "ExpressionAttributeValues": values,
        }
        return await self._read(SCAN, request, start_key)

    def _list_values(self) -> Iterator[AttributeValue]:
        """List the values of `user_id` that mean the person.

        A sender may store an id of digits as a number: such a record is poison, but personal data.
        """
        yield {"S": self.user_id}
        if _WHOLE_NUMBER.fullmatch(self.user_id):
            yield {"N": self.user_id}

    async def _query(self, start_key: Key | None) -> _Page:
        request: dict[str, Any] = {
            "TableName": self.read_table_name,
            "ConsistentRead": True,
            "KeyConditionExpression": "#user = :user",
            "ExpressionAttributeNames": _NAME,
            "ExpressionAttributeValues": {":user": {"S": self.user_id}},
        }
        return await self._read(QUERY, request, start_key)

    async def _read(
        self, operation: Operation, request: Mapping[str, Any], start_key: Key | None
    ) -> _Page:
        start = {} if start_key is None else {"ExclusiveStartKey": start_key}
        try:
            return await self.client.call(operation, {**request, **start}, _decode_page)
        except AwsError as error:
            raise TableReadError(error.code, is_retry_safe=error.is_retry_safe) from error

    async def _delete(self, record: Item) -> bool:
        request = {
            "TableName": self.command_table_name,
            "Key": command_key_of(record).to_item(),
            "ConditionExpression": _IF_STILL_THEIRS,
            "ExpressionAttributeNames": _NAME,
            "ExpressionAttributeValues": {":user": record["user_id"]},
        }
        try:
            await self.client.call(DELETE_ITEM, request, _decode_object)
        except ConditionFailedError:
            return False
        except AwsError as error:
            raise CommandRecordDeleteError(error.code, is_retry_safe=error.is_retry_safe) from error
        return True
