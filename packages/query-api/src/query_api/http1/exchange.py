"""One request and its response, as the application sees them (ASGI)."""

import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import Final, Protocol

from litestar.types import ASGIApp, HTTPReceiveMessage, HTTPResponseStartEvent, Message

from query_api.http1.request import Request

_STATUS_LINES: Final = {
    status.value: f"HTTP/1.1 {status.value} {status.phrase}".encode() for status in HTTPStatus
}
_CLOSE: Final = (b"connection", b"close")

logger = logging.getLogger(__name__)


class Responder(Protocol):
    """What an exchange ends on."""

    def respond(self, request: Request, start: HTTPResponseStartEvent, body: bytes) -> None:
        """Send the response."""

    def drop(self) -> None:
        """End the connection without a response."""


class Exchange:
    """Calls the application for a request, and collects the response until it is whole.

    `send` never waits for the client, so that a request is over for the application, and for the
    limit on requests in flight, once its response is there.
    """

    __slots__ = ("_body", "_has_responded", "_is_received", "_request", "_responder", "_start")

    def __init__(self, request: Request, responder: Responder) -> None:
        self._request = request
        self._responder = responder
        self._is_received = False
        self._has_responded = False
        self._body = b""

    async def run(self, app: ASGIApp) -> None:
        """Call the application; without a response from it, end the connection."""
        try:
            await app(self._request.scope, self._receive, self._send)
        except Exception:
            logger.exception("the application failed")
        finally:
            if not self._has_responded:
                self._responder.drop()

    async def _receive(self) -> HTTPReceiveMessage:
        if self._is_received:
            return {"type": "http.disconnect"}
        self._is_received = True
        return {"type": "http.request", "body": self._request.body, "more_body": False}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        elif message["type"] == "http.response.body":
            self._body += message["body"]
            if not message["more_body"]:
                self._responder.respond(self._request, self._start, self._body)
                self._has_responded = True


def encode_response(
    start: HTTPResponseStartEvent,
    body: bytes,
    *,
    default_headers: Iterable[tuple[bytes, bytes]],
    is_head: bool,
    is_last: bool,
) -> bytes:
    """Encode a response.

    Args:
        is_head: it is the response to a HEAD request, which has no body.
        is_last: the connection ends after it.

    Raises:
        ValueError: a header holds a line break.
    """
    headers = [*default_headers, *start["headers"]]
    if is_last:
        headers.append(_CLOSE)
    lines = [_STATUS_LINES[start["status"]], *[b"%b: %b" % each for each in headers]]
    head = b"\r\n".join(lines)
    if head.count(b"\n") != len(headers) or head.count(b"\r") != len(headers):
        raise ValueError("a header holds a line break")
    return b"%b\r\n\r\n%b" % (head, b"" if is_head else body)
