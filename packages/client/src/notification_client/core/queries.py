"""Queries: their paths, and their bodies from filters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias, TypedDict

from notification_client.records import Attribute

Values: TypeAlias = str | Sequence[str]
"""One accepted value, or several."""
Time: TypeAlias = datetime | int
"""A datetime with a time zone, or ms since the epoch."""


class FailureFilters(TypedDict, total=False):
    """The filters of failures; None is no filter.

    Attributes:
        platform: such as `IOS`, in any case.
        ap_id: the source application.
        error_msg: the reason of a failure.
        created_from: inclusive.
        created_to: exclusive.
    """

    platform: Values | None
    ap_id: Values | None
    error_msg: Values | None
    created_from: Time | None
    created_to: Time | None


class Filters(FailureFilters, total=False):
    """The filters of a campaign or transaction.

    Attributes:
        status: such as `FAILED`, in any case.
    """

    status: Values | None


class UserFilters(Filters, total=False):
    """The filters of a user.

    Attributes:
        marketing_id: the campaign.
    """

    marketing_id: str | None


@dataclass(frozen=True, slots=True)
class Query:
    """A request of the API.

    Attributes:
        path: relative to the URL of the API.
        body: an object of JSON.
    """

    path: str
    body: Mapping[str, Any] = field(repr=False)  # it holds ids

    def with_page_size(self, page_size: int) -> "Query":
        """Return the request for pages of at most so many notifications."""
        return replace(self, body={**self.body, "limit": page_size})

    def start_at(self, cursor: str | None) -> "Query":
        """Return the request for the page that begins at a cursor."""
        return self if cursor is None else replace(self, body={**self.body, "cursor": cursor})


def build_query(path: str, key: Mapping[str, str | None], filters: Mapping[str, Any]) -> Query:
    """Build a query for notifications.

    Args:
        key: the id that is asked for; None if there is none.

    Raises:
        ValueError: a datetime has no time zone.
        TypeError: a filter's value has a type that it cannot have.
    """
    encoded = {name: _encode_filter(name, value) for name, value in filters.items()}
    body = {name: value for name, value in {**key, **encoded}.items() if value is not None}
    return Query(path, body)


def build_summary_query(query: Query, by: Sequence[Attribute], time_zone: str) -> Query:
    """Build the query for the counts of another query's notifications."""
    body = {**query.body, "by": list(by), "time_zone": time_zone}
    return Query(f"{query.path}/summary", body)


_TIMES: Final = {"created_from", "created_to"}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


def _encode_filter(name: str, value: Any) -> str | int | list[str] | None:  # noqa: ANN401 - checked
    if value is None:
        return None
    if name in _TIMES:
        return _encode_time(name, value)
    return value if isinstance(value, str) else list(value)


def _encode_time(name: str, value: object) -> int:
    """Encode a time in ms; one between two milliseconds has the same rows as the later of them."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, datetime):
        raise TypeError(f"{name} is neither a datetime nor an int: {type(value).__name__}")
    if value.utcoffset() is None:
        raise ValueError(f"{name} has no time zone, so it is no moment; set its tzinfo")
    return -((_EPOCH - value) // _MILLISECOND)
