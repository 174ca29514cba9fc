"""Encodes queries and replies between the service and the query Lambda, in JSON."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec

import aws_client
from aws_client.operations import decode_json
from notification_models.schema import NOTIFICATION_RECORDS
from query_api.exceptions import (
    DeadlineExceededError,
    InvalidQueryEventError,
    ReadModelError,
    RefusedError,
    ThrottledError,
    UnavailableError,
)
from query_api.read_model.counts import COUNTED_BY, find_time_zone
from query_api.read_model.port import CountQuery, Counts, Page, RowQuery, Selection

_INDEXES: Final = {index.name: index for index in NOTIFICATION_RECORDS.indexes}
_KINDS: Final[Mapping[str, type[ReadModelError]]] = {
    "deadline-exceeded": DeadlineExceededError,
    "refused": RefusedError,
    "throttled": ThrottledError,
    "unavailable": UnavailableError,
}


_NonEmpty: Final = msgspec.Meta(min_length=1)


class _Counting(msgspec.Struct, forbid_unknown_fields=True):
    by: tuple[str, ...]
    time_zone: str


# A function refuses an event with a field that it does not know, so an earlier one cannot take a
# count for the query of a page.
class _Event(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A query; `index` is the name of an index, or None for the table.

    Attributes:
        counting: None for a page.
    """

    index: str | None
    groups: Annotated[tuple[Annotated[tuple[str, ...], _NonEmpty], ...], _NonEmpty]
    selection: Selection
    counting: _Counting | None = None


class _Failure(msgspec.Struct):
    kind: str
    reason: str


class _Reply(msgspec.Struct):
    """Has one of the three."""

    page: Page | None = None
    counts: Counts | None = None
    failure: _Failure | None = None


_decoder: Final = msgspec.json.Decoder(_Reply)


def encode_query(query: RowQuery | CountQuery) -> bytes:
    """Encode a query as an event."""
    if isinstance(query, CountQuery):
        rows, counting = query.rows, _Counting(query.by, query.time_zone)
    else:
        rows, counting = query, None
    index = rows.index.name if rows.index else None
    return msgspec.json.encode(_Event(index, rows.groups, rows.selection, counting))


def decode_query(event: object) -> RowQuery | CountQuery:
    """Decode an event as Lambda passes it.

    Raises:
        InvalidQueryEventError: the event is not one of `encode_query`.
    """
    try:
        decoded = msgspec.convert(event, _Event)
        index = _INDEXES[decoded.index] if decoded.index is not None else None
    except (msgspec.ValidationError, KeyError):
        # Not chained: the error may hold a part of the event.
        raise InvalidQueryEventError from None
    rows = RowQuery(index=index, groups=decoded.groups, selection=decoded.selection)
    counting = decoded.counting
    if counting is None:
        return rows
    if not COUNTED_BY.issuperset(counting.by) or find_time_zone(counting.time_zone) is None:
        raise InvalidQueryEventError
    return CountQuery(rows=rows, by=counting.by, time_zone=counting.time_zone)


def encode_page(page: Page) -> dict[str, Any]:
    """Encode the reply to a query that succeeded."""
    reply: dict[str, Any] = msgspec.to_builtins(_Reply(page=page))
    return reply


def encode_counts(counts: Counts) -> dict[str, Any]:
    """Encode the reply to a count that succeeded."""
    reply: dict[str, Any] = msgspec.to_builtins(_Reply(counts=counts))
    return reply


def encode_failure(error: ReadModelError) -> dict[str, Any]:
    """Encode the reply to a query that failed."""
    kind = next(name for name, each in _KINDS.items() if isinstance(error, each))
    reason = error.code if isinstance(error, RefusedError) else str(error)
    reply: dict[str, Any] = msgspec.to_builtins(_Reply(failure=_Failure(kind, reason)))
    return reply


def decode_reply(body: bytes) -> Page | Counts | ReadModelError:
    """Decode a reply: the page, the counts, or the function's error.

    Raises:
        aws_client.UnavailableError: the body is not a reply of the query Lambda.
    """
    reply = decode_json(body, _decoder.decode)
    result = reply.page or reply.counts
    if result is not None:
        return result
    if reply.failure is None or reply.failure.kind not in _KINDS:
        raise aws_client.UnavailableError("NoReplyToAQuery")
    return _KINDS[reply.failure.kind](reply.failure.reason)
