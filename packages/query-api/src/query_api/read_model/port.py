"""The port to the read model: one kind of query serves every access pattern."""

from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from msgspec import Struct

from notification_models.schema import Index
from query_api.read_model.notification import Notification

Filters: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
"""Pairs of attribute and accepted values; a row matches them all."""


class Selection(Struct, frozen=True, kw_only=True, gc=False):
    """The rows to return of the partitions, newest first.

    Attributes:
        limit: most rows in one page, at least 1.
        from_key: only rows whose notification key is this or higher.
        before_key: only rows whose notification key is lower.
        filters: never of an attribute of a key.
    """

    limit: int
    from_key: str | None = None
    before_key: str | None = None
    filters: Filters = ()

    @property
    def is_empty(self) -> bool:
        """Whether no key is within the two bounds."""
        return (
            self.from_key is not None
            and self.before_key is not None
            and self.from_key >= self.before_key
        )


class RowQuery(Struct, frozen=True, kw_only=True, gc=False):
    """One query of the read model.

    Attributes:
        index: None for the table itself.
        groups: partition keys, newest group first: the rows of a group all come before those of
            the next one. The rows of the partitions in one group are merged into one order.
    """

    index: Index | None
    groups: tuple[tuple[str, ...], ...]
    selection: Selection


class UnreadableRow(Struct, frozen=True, gc=False):
    """A row that cannot be decoded, by its first fault.

    Attributes:
        attribute: its name.
        reason: a predicate, such as "is missing"; never the value.
    """

    attribute: str
    reason: str


# Fields with a default may be absent in the page of a query Lambda of an earlier release.
@dataclass(frozen=True, slots=True)
class Page:
    """Rows in descending order of their notification key.

    Attributes:
        rows: at most the selection's limit; may be fewer, or none, although more follow, if a
            selective filter uses up the reads of one page, or if rows are unreadable.
        next_position: the `before_key` of the next page; None if this is the last one.
        reads: reads of DynamoDB for this page; equality ignores it.
        unreadable: the rows that are left out; each takes the place of a row.
    """

    rows: tuple[Notification, ...]
    next_position: str | None
    reads: int = field(default=0, compare=False)
    unreadable: tuple[UnreadableRow, ...] = ()


Group: TypeAlias = tuple[str | None, ...]
"""What the rows of a group share: a value for each name in `by`, None where they have none."""


class CountQuery(Struct, frozen=True, kw_only=True, gc=False):
    """A count of the rows that a query selects.

    Attributes:
        rows: the limit of its selection has no meaning here.
        by: names out of `COUNTED_BY`; rows that have the same values of all of them are a group.
        time_zone: IANA name of the zone of minutes, hours and days.
    """

    rows: RowQuery
    by: tuple[str, ...]
    time_zone: str


@dataclass(frozen=True, slots=True)
class Counts:
    """The rows of a query from its beginning to `next_position`, counted.

    Attributes:
        groups: with the rows of each; the largest first, then by their values.
        other: rows of further groups.
        counted: rows in all.
        first_created_at: milliseconds since the epoch, of the oldest row; None without rows.
        last_created_at: the same of the newest row.
        next_position: the `before_key` of the query for the rest; None if nothing is left.
        reads: reads of DynamoDB; equality ignores it.
        unreadable: the rows that are left out, by their faults.
    """

    groups: tuple[tuple[Group, int], ...]
    other: int
    counted: int
    first_created_at: int | None
    last_created_at: int | None
    next_position: str | None
    reads: int = field(default=0, compare=False)
    unreadable: tuple[tuple[UnreadableRow, int], ...] = ()


class ReadModel(Protocol):
    """The rows of notifications, without tombstones."""

    async def get_page(self, query: RowQuery) -> Page:
        """Return a page.

        Raises:
            ReadModelError: the query failed; its class is the reason.
        """
        ...

    async def count(self, query: CountQuery) -> Counts:
        """Count as many rows as there is time for, the newest first.

        The counts of a query and of what follows at `next_position` add up to the whole.

        Raises:
            ReadModelError: the query failed; its class is the reason.
        """
        ...
