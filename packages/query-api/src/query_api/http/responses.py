"""The public shape of answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
from litestar.types import Send

from query_api.http.cursor import encode_cursor
from query_api.read_model.notification import Notification
from query_api.read_model.port import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryAnswer:
    """Notifications, newest first; the names are those of the service this one replaces.

    Attributes:
        total_count: rows in this answer, not in all pages.
        next_cursor: the `cursor` of a request for what follows; None when nothing does.
    """

    success: bool
    data: Sequence[Notification]
    message: str
    total_count: int
    next_cursor: str | None


_encoder: Final = msgspec.json.Encoder()


def encode_answer(page: Page) -> bytes:
    """Turn a page of the read model into the JSON of an answer."""
    return _encoder.encode(make_answer(page))


async def send_json(body: bytes, send: Send) -> None:
    """Send a 200 response with a body that is JSON already."""
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def make_answer(page: Page) -> QueryAnswer:
    """Turn a page of the read model into an answer."""
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
