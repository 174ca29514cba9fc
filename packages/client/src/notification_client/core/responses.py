"""Decodes responses: pages, parts of summaries, and problems."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final, TypeVar

import msgspec

from notification_client.errors import (
    InvalidResponseError,
    RequestFault,
    find_problem_class,
)
from notification_client.records import Group, Notification, Page


@dataclass(frozen=True, slots=True)
class Response:
    """A whole response.

    Attributes:
        headers: by their names, in any case.
        content: without its content encoding.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedGroup(Group):
    """An entry of a summary.

    Attributes:
        other: whether it is all groups that have no entry of their own.
    """

    other: bool = False


class SummaryPart(msgspec.Struct, frozen=True, kw_only=True):
    """One response to a query for counts; unknown fields are ignored."""

    data: tuple[CountedGroup, ...]
    counted: int
    first_created_at: int | None
    last_created_at: int | None
    message: str
    next_cursor: str | None


_BLANK: Final = "about:blank"


class _PageBody(msgspec.Struct, frozen=True, kw_only=True):
    data: tuple[Notification, ...]
    message: str
    next_cursor: str | None


class _Problem(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    type: str = _BLANK
    detail: str = ""
    request_id: str | None = None
    errors: tuple[RequestFault, ...] = ()


_OK: Final = 200
# The service's own, those of API Gateway and of a load balancer.
_REQUEST_ID_HEADERS: Final = ("x-request-id", "x-amzn-requestid", "x-amzn-trace-id")

# No JSON, not what it should hold, no UTF-8, nested too deeply.
_DECODING_ERRORS: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

_Body = TypeVar("_Body")


def decode_page(response: Response) -> Page:
    """Decode a page.

    Raises:
        ProblemError: the response is an error.
        InvalidResponseError: it is not a page.
    """
    body = _decode(response, _PageBody)
    return Page(body.data, body.message, body.next_cursor)


def decode_summary_part(response: Response) -> SummaryPart:
    """Decode a part of a summary; errors as for `decode_page`."""
    return _decode(response, SummaryPart)


def _decode(response: Response, type_: type[_Body]) -> _Body:
    check_status(response)
    try:
        return msgspec.json.decode(response.content, type=type_)
    except _DECODING_ERRORS as error:
        # msgspec's texts name types and positions, never values; Python's may show content.
        reason = str(error) if isinstance(error, msgspec.DecodeError) else type(error).__name__
        raise InvalidResponseError(f"the response is not one of the API: {reason}") from None


def check_status(response: Response) -> None:
    """Check that a response is none of an error.

    Raises:
        ProblemError: it is; the class depends on the problem.
    """
    if response.status == _OK:
        return
    try:
        problem = msgspec.json.decode(response.content, type=_Problem)
    except _DECODING_ERRORS:
        problem = _describe_foreign(response.status)
    raise find_problem_class(problem.type, response.status)(
        problem.type,
        problem.title,
        response.status,
        problem.detail,
        problem.request_id or _find_request_id(response.headers),
        problem.errors,
        _decode_retry_after(response.headers.get("retry-after")),
    )


def _describe_foreign(status: int) -> _Problem:
    """Describe a response without problem details: not of the service but of a gateway or proxy.

    Its text is left out, since it may be anything.
    """
    known = status in set(HTTPStatus)
    title = HTTPStatus(status).phrase if known else f"Status {status}"
    if status // 100 == 3:  # noqa: PLR2004 - the class of redirections
        detail = "The URL leads to another one; set the URL of the API itself."
    else:
        detail = "The response is no problem of the API; it comes from a gateway or proxy."
    return _Problem(type=_BLANK, title=title, detail=detail)


def _find_request_id(headers: Mapping[str, str]) -> str | None:
    return next((headers[name] for name in _REQUEST_ID_HEADERS if name in headers), None)


def _decode_retry_after(value: str | None) -> float | None:
    """Decode the seconds, or the time, of a `Retry-After`; one that is neither is ignored."""
    if value is None:
        return None
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds())
