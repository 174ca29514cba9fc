"""The public shapes of responses, which their OpenAPI schemas follow."""

from collections.abc import Sequence
from typing import Annotated, Final

import msgspec
from litestar.types import Send
from msgspec import Meta

from query_api.exceptions import RequestFault
from query_api.http.cursor import encode_cursor
from query_api.http.requests import MAX_LIMIT
from query_api.read_model.notification import Notification
from query_api.read_model.port import Page


# The names are those of the replaced service.
class QueryAnswer(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Notifications, newest first."""

    success: Annotated[bool, Meta(extra_json_schema={"const": True})]
    data: Annotated[Sequence[Notification], Meta(max_length=MAX_LIMIT)]
    message: Annotated[str, Meta(description="Human-readable summary of the result.")]
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


_encoder: Final = msgspec.json.Encoder()


def encode_answer(page: Page) -> bytes:
    """Encode a page of the read model as a `QueryAnswer` in JSON."""
    return _encoder.encode(create_answer(page))


async def send_json(body: bytes, send: Send) -> None:
    """Send a 200 response with a body that is JSON already."""
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def create_answer(page: Page) -> QueryAnswer:
    """Create the `QueryAnswer` of a page of the read model."""
    count = len(page.rows)
    has_more = page.next_position is not None
    return QueryAnswer(
        success=True,
        data=page.rows,
        message=_describe(count, has_more=has_more),
        total_count=count,
        next_cursor=None if page.next_position is None else encode_cursor(page.next_position),
    )


def _describe(count: int, *, has_more: bool) -> str:
    noun = "notification" if count == 1 else "notifications"
    found = f"{count} {noun}" if count else f"No {noun}"
    return f"{found}; more may follow at next_cursor" if has_more else found
