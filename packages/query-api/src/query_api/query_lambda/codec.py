"""A query and its answer as the service and the query Lambda exchange them, in JSON."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

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


class _Event(msgspec.Struct, forbid_unknown_fields=True):
    """A query, with its index by name; None is the table."""

    index: str | None
    partitions: tuple[str, ...]
    selection: Selection


class _Failure(msgspec.Struct):
    kind: str
    reason: str


class _Reply(msgspec.Struct):
    """Either of the two."""

    page: Page | None = None
    failure: _Failure | None = None


_decoder: Final = msgspec.json.Decoder(_Reply)


def encode_query(query: RowQuery) -> bytes:
    """Make the event that asks this."""
    index = query.index.name if query.index else None
    return msgspec.json.encode(_Event(index, query.partitions, query.selection))


def decode_query(event: object) -> RowQuery:
    """Read an event as Lambda hands it over.

    Raises:
        InvalidQueryEventError: `encode_query` did not make it.
    """
    try:
        asked = msgspec.convert(event, _Event)
        index = _INDEXES[asked.index] if asked.index is not None else None
    except (msgspec.ValidationError, KeyError):
        # Not chained: the error may hold a part of the event.
        raise InvalidQueryEventError from None
    return RowQuery(index=index, partitions=asked.partitions, selection=asked.selection)


def encode_page(page: Page) -> dict[str, Any]:
    """Make the reply that answers a query."""
    reply: dict[str, Any] = msgspec.to_builtins(_Reply(page=page))
    return reply


def encode_failure(error: ReadModelError) -> dict[str, Any]:
    """Make the reply that says why there is no answer."""
    kind = next(name for name, each in _KINDS.items() if isinstance(error, each))
    reason = error.code if isinstance(error, RefusedError) else str(error)
    reply: dict[str, Any] = msgspec.to_builtins(_Reply(failure=_Failure(kind, reason)))
    return reply


def decode_reply(body: bytes) -> Page | ReadModelError:
    """Read a reply: the answer, or the error that the function met.

    Raises:
        UnavailableError: this is no reply of the query Lambda.
    """
    try:
        reply = _decoder.decode(body)
    except msgspec.DecodeError as error:
        raise UnavailableError("the function's reply is not one to a query") from error
    if reply.page is not None:
        return reply.page
    if reply.failure is None or reply.failure.kind not in _KINDS:
        raise UnavailableError("the function's reply is not one to a query")
    return _KINDS[reply.failure.kind](reply.failure.reason)
