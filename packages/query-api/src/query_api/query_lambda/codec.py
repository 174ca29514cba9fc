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
from query_api.read_model.port import Page, RowQuery, Selection

_INDEXES: Final = {index.name: index for index in NOTIFICATION_RECORDS.indexes}
_KINDS: Final[Mapping[str, type[ReadModelError]]] = {
    "deadline-exceeded": DeadlineExceededError,
    "refused": RefusedError,
    "throttled": ThrottledError,
    "unavailable": UnavailableError,
}


_NonEmpty: Final = msgspec.Meta(min_length=1)


class _Event(msgspec.Struct, forbid_unknown_fields=True):
    """A query; `index` is the name of an index, or None for the table."""

    index: str | None
    groups: Annotated[tuple[Annotated[tuple[str, ...], _NonEmpty], ...], _NonEmpty]
    selection: Selection


class _Failure(msgspec.Struct):
    kind: str
    reason: str


class _Reply(msgspec.Struct):
    """Has either of the two."""

    page: Page | None = None
    failure: _Failure | None = None


_decoder: Final = msgspec.json.Decoder(_Reply)


def encode_query(query: RowQuery) -> bytes:
    """Encode a query as an event."""
    index = query.index.name if query.index else None
    return msgspec.json.encode(_Event(index, query.groups, query.selection))


def decode_query(event: object) -> RowQuery:
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
    return RowQuery(index=index, groups=decoded.groups, selection=decoded.selection)


def encode_page(page: Page) -> dict[str, Any]:
    """Encode the reply to a query that succeeded."""
    reply: dict[str, Any] = msgspec.to_builtins(_Reply(page=page))
    return reply


def encode_failure(error: ReadModelError) -> dict[str, Any]:
    """Encode the reply to a query that failed."""
    kind = next(name for name, each in _KINDS.items() if isinstance(error, each))
    reason = error.code if isinstance(error, RefusedError) else str(error)
    reply: dict[str, Any] = msgspec.to_builtins(_Reply(failure=_Failure(kind, reason)))
    return reply


def decode_reply(body: bytes) -> Page | ReadModelError:
    """Decode a reply: the page, or the function's error.

    Raises:
        aws_client.UnavailableError: the body is not a reply of the query Lambda.
    """
    reply = decode_json(body, _decoder.decode)
    if reply.page is not None:
        return reply.page
    if reply.failure is None or reply.failure.kind not in _KINDS:
        raise aws_client.UnavailableError("NoReplyToAQuery")
    return _KINDS[reply.failure.kind](reply.failure.reason)
