"""One keep-alive HTTP/1.1 connection."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from httptools import HttpParserError, HttpResponseParser

from query_api.exceptions import DeadlineExceededError, ReadModelError, UnavailableError

# DynamoDB's largest response is 1 MB of data, Lambda's 6 MB.
_MAX_BODY_BYTES: Final = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A whole response; names of headers are in lower case."""

    status: int
    headers: Mapping[bytes, bytes]
    body: bytes


class Connection(asyncio.Protocol):
    """Sends one request at a time and waits for its response.

    An exchange that ends early, also by cancellation, closes the connection: a late response must
    not be taken for that of the next request.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        # The parser calls the on_… methods below.
        self._parser = HttpResponseParser(self)
        self._response: asyncio.Future[HttpResponse] | None = None
        self._headers: dict[bytes, bytes] = {}
        self._body: list[bytes] = []
        self._body_bytes = 0

    @property
    def is_open(self) -> bool:
        """Whether another request can be sent; the peer may close at any time."""
        return not self._transport.is_closing()

    async def exchange(self, request: bytes, timeout_s: float) -> HttpResponse:
        """Send a request and wait for the whole response.

        Raises:
            DeadlineExceededError: the response did not arrive in time.
            UnavailableError: the connection was lost, or the response is not HTTP.
        """
        response: asyncio.Future[HttpResponse] = self._loop.create_future()
        self._response = response
        timer = self._loop.call_later(timeout_s, self._expire)
        self._transport.write(request)
        try:
            return await response
        finally:
            timer.cancel()
            if self._response is not None:
                self.close()

    def close(self) -> None:
        """Close the connection at once, with any exchange on it."""
        self._response = None
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        # create_connection passes it; uvloop's is not one of asyncio's classes.
        self._transport = cast("asyncio.WriteTransport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        reason = type(exc).__name__ if exc else "closed by the peer"
        self._fail(UnavailableError(f"connection lost: {reason}"))

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        try:
            self._parser.feed_data(data)
        except HttpParserError as error:
            self._fail(UnavailableError(f"not HTTP: {type(error).__name__}"))

    def on_message_begin(self) -> None:
        """Begin to collect a response."""
        if self._response is None:
            # There is no request for it; it must not be taken for the response to the next one.
            self.close()
        self._headers = {}
        self._body = []
        self._body_bytes = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """Collect a header."""
        self._headers[name.lower()] = value

    def on_body(self, body: bytes) -> None:
        """Collect a part of the body."""
        self._body.append(body)
        self._body_bytes += len(body)
        if self._body_bytes > _MAX_BODY_BYTES:
            self._fail(UnavailableError("the response is too large"))

    def on_message_complete(self) -> None:
        """Deliver the response."""
        response, self._response = self._response, None
        if response is not None and not response.done():
            status = self._parser.get_status_code()
            response.set_result(HttpResponse(status, self._headers, b"".join(self._body)))
        if not self._parser.should_keep_alive():
            self._transport.close()

    def _expire(self) -> None:
        self._fail(DeadlineExceededError("no response to an attempt in time"))

    def _fail(self, error: ReadModelError) -> None:
        response = self._response
        if response is not None and not response.done():
            response.set_exception(error)
        self.close()
