"""The port to the read model: one kind of question answers every access pattern."""

from dataclasses import dataclass, field
from typing import Protocol

from notification_models.schema import Index
from query_api.read_model.notification import Notification


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which rows of a partition are wanted, newest first.

    Attributes:
        limit: rows in one page, at least 1.
        from_key: no row whose notification key is lower than this.
        before_key: only rows whose notification key is lower than this.
        filters: pairs of attribute and the value it must have; never an attribute of a key.
    """

    limit: int
    from_key: str | None = None
    before_key: str | None = None
    filters: tuple[tuple[str, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the two bounds leave no room for any row."""
        return (
            self.from_key is not None
            and self.before_key is not None
            and self.from_key >= self.before_key
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RowQuery:
    """One question to the read model.

    Attributes:
        index: where to look; None is the table itself.
        partitions: partition keys, whose rows are merged into one order.
    """

    index: Index | None
    partitions: tuple[str, ...]
    selection: Selection


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in descending order of their notification key.

    Attributes:
        rows: at most as many as the selection's limit. It may be fewer than that, or none, though
            more follow: a selective filter can use up the reads that one answer may cost.
        next_position: the `before_key` that goes on from here; None when nothing more follows.
        reads: of DynamoDB, that it took. The same page is the same whatever it took.
    """

    rows: tuple[Notification, ...]
    next_position: str | None
    reads: int = field(default=0, compare=False)


class ReadModel(Protocol):
    """Where notifications are found. Deleted ones (tombstones) are not."""

    async def get_page(self, query: RowQuery) -> Page:
        """Answer a query.

        Raises:
            ReadModelError: there is no answer; which of its kinds tells why.
        """
        ...
