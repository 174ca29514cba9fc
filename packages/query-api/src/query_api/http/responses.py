"""The public shapes of responses, which their OpenAPI schemas follow."""

from collections.abc import Sequence
from typing import Annotated, Final

import msgspec
from litestar.types import Send
from msgspec import Meta

from notification_models.served_attributes import KNOWN_VALUES
from query_api.exceptions import RequestFault
from query_api.http.cursor import create_next_cursor
from query_api.http.requests.queries import MAX_LIMIT
from query_api.read_model.notification import Notification
from query_api.read_model.port import Filters, Page, RowQuery


# The names are those of the replaced service.
class QueryAnswer(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Notifications, newest first."""

    success: Annotated[bool, Meta(extra_json_schema={"const": True})]
    data: Annotated[Sequence[Notification], Meta(max_length=MAX_LIMIT)]
    message: Annotated[
        str,
        Meta(
            description="Human-readable summary of the result. It says how many rows could not be "
            "read and were left out, and whether a filter's value is not a known one."
        ),
    ]
    total_count: Annotated[
        int, Meta(ge=0, le=MAX_LIMIT, description="Rows in this response, not in all pages.")
    ]
    next_cursor: Annotated[
        str | None,
        Meta(description="`cursor` of the request for the next page; null on the last page."),
    ]


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Problem details (RFC 9457)."""

    type: Annotated[
        str,
        Meta(
            description="Identifies the type of problem; it never changes.",
            extra_json_schema={"format": "uri-reference"},
        ),
    ]
    title: str
    status: Annotated[int, Meta(ge=400, le=599)]
    detail: Annotated[str, Meta(description="What to do about it.")]
    request_id: Annotated[str, Meta(description="Correlates this request with the service's logs.")]


class BadRequestProblem(Problem, frozen=True, kw_only=True):
    """Problem details, with the faults of the request body."""

    errors: Sequence[RequestFault]


_MAX_VALUE_LENGTH: Final = 64

_encoder: Final = msgspec.json.Encoder()


def encode_answer(page: Page, query: RowQuery) -> bytes:
    """Encode the page of a query as a `QueryAnswer` in JSON."""
    return _encoder.encode(create_answer(page, query))


async def send_json(body: bytes, send: Send) -> None:
    """Send a 200 response with a body that is JSON already."""
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def create_answer(page: Page, query: RowQuery) -> QueryAnswer:
    """Create the `QueryAnswer` for the page of a query."""
    return QueryAnswer(
        success=True,
        data=page.rows,
        message=_describe(page, query.selection.filters),
        total_count=len(page.rows),
        next_cursor=create_next_cursor(query, page.next_position),
    )


def _describe(page: Page, filters: Filters) -> str:
    message = describe_number(len(page.rows), "notification")
    if page.unreadable:
        message += f"; {describe_number(len(page.unreadable), 'row')} could not be read"
    message += describe_unknown_values(filters)
    if page.next_position is not None:
        message += "; more may follow at next_cursor"
    return message


def describe_number(number: int, noun: str) -> str:
    """Return such as "No rows", "1 row" or "1,234 rows"."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun}s" if number else f"No {noun}s"


def describe_unknown_values(filters: Filters) -> str:
    """Return a clause for each filter with values that are not known ones."""
    clauses = ""
    for name, values in filters:
        known = KNOWN_VALUES.get(name)
        unknown = [value for value in values if value not in known] if known else ()
        if unknown:
            clauses += f"; {_describe_unknown(name, unknown)}"
    return clauses


def _describe_unknown(name: str, values: Sequence[str]) -> str:
    """Name the known values, as such a filter is legal but more often a mistake."""
    listed = ", ".join(f'"{_shorten(value)}"' for value in values)
    fault = f"is not a known {name}" if len(values) == 1 else f"are not known values of {name}"
    return f"{listed} {fault}: {', '.join(KNOWN_VALUES[name])}"


def _shorten(value: str) -> str:
    return value if len(value) <= _MAX_VALUE_LENGTH else f"{value[:_MAX_VALUE_LENGTH]}…"
