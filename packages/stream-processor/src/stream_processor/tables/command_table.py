"""The command side, read-only: the source of every repair."""

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from notification_models import AttributeValue, Item
from notification_models.schema import COMMAND_RECORDS
from notification_models.served_attributes import SERVED_ATTRIBUTES
from stream_processor.aws.threaded_client import ThreadedClient
from stream_processor.tables.table_reader import (
    Key,
    ScanPage,
    Segment,
    TableDescription,
    TableReader,
    create_projection,
    decode_item,
)

_SERVED: Final = create_projection(SERVED_ATTRIBUTES)
_OF_ROW_KEY: Final = create_projection(("transaction_id", "created_at", "user_id"))


class CommandKey(NamedTuple):
    """Primary key of a command record, with its number as on the wire.

    A number that no row can have in its key is valid here: its record is poison, and must be found
    to see that it was corrected or deleted.
    """

    transaction_id: str
    created_at: str

    def to_item(self) -> dict[str, AttributeValue]:
        """Return the key as reads of DynamoDB take it."""
        return {"transaction_id": {"S": self.transaction_id}, "created_at": {"N": self.created_at}}


def command_key_of(item: Item) -> CommandKey:
    """Return the primary key of an item, which every item has."""
    return CommandKey(item["transaction_id"]["S"], item["created_at"]["N"])


class CommandTable(Protocol):
    """Port: the command side. Every method raises `TableReadError`.

    Items have the served attributes alone: device tokens and payloads are never read.
    """

    def find(self, key: CommandKey) -> Item | None:
        """Read a record's item consistently."""

    def find_many(self, keys: Sequence[CommandKey]) -> dict[CommandKey, Item]:
        """Read the attributes of the records' row keys alone, consistently.

        Absent records are left out. The keys differ.
        """

    def scan(self, segment: Segment, start_key: Key | None) -> ScanPage:
        """Read a page of all records; it may be a second old."""


class DynamoDBCommandTable:
    """The port over a DynamoDB table."""

    def __init__(self, client: ThreadedClient, table_name: str) -> None:
        self._reader = TableReader(client, table_name, _SERVED)
        self._row_keys = TableReader(client, table_name, _OF_ROW_KEY)

    def describe(self) -> TableDescription:
        """See `TableReader.describe`."""
        return self._reader.describe(COMMAND_RECORDS)

    def scan(self, segment: Segment, start_key: Key | None) -> ScanPage:
        """See `CommandTable.scan`."""
        return self._reader.scan(segment, start_key, _SERVED)

    def find(self, key: CommandKey) -> Item | None:
        """See `CommandTable.find`."""
        return self._reader.find(key.to_item())

    def find_many(self, keys: Sequence[CommandKey]) -> dict[CommandKey, Item]:
        """See `CommandTable.find_many`."""
        items = self._row_keys.find_many([key.to_item() for key in keys], decode_item)
        return {command_key_of(item): item for item in items}
