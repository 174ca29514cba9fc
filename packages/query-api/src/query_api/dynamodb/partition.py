"""A read of one partition, and its result."""

from typing import TypeAlias

from msgspec import Struct

from query_api.read_model.notification import Notification
from query_api.read_model.port import UnreadableRow

KeyedRow: TypeAlias = tuple[str, Notification | UnreadableRow]
"""A sort key and its row."""


class PartitionRead(Struct, frozen=True, gc=False):
    """One read of one partition, newest rows first.

    Attributes:
        before_key: only rows whose notification key is lower; None starts at the newest.
        limit: rows to evaluate, before any filter.
    """

    partition: str
    before_key: str | None
    limit: int


class PartitionPage(Struct, frozen=True, gc=False):
    """The result of a read.

    Attributes:
        rows: in descending order of the notification keys.
        frontier: the last key evaluated, whether its row is returned or not; None when the
            partition is exhausted.
        without_key: rows that have no place in the order.
    """

    rows: list[KeyedRow]
    frontier: str | None
    without_key: tuple[UnreadableRow, ...] = ()
