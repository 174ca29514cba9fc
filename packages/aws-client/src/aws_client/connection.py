"""One keep-alive HTTP/1.1 connection."""

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from aws_client.errors import AwsError, ConnectionFailedError, DeadlineExceededError

# With the head. The largest response of Query and Scan is 1 MB of data, of Lambda 6 MB.
MAX_RESPONSE_BYTES: Final = 8 * 1024 * 1024
_REMEMBERED_RESPONSES: Final = 16
_FIRST_FINAL_STATUS: Final = 200
_SWITCHING_PROTOCOLS: Final = 101


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A whole response; names of headers are in lower case."""

    status: int
    headers: Mapping[bytes, bytes]
    body: bytes


class Connection(asyncio.Protocol):
    """Sends one request at a time and waits for its response.

    A response must never be taken for that of another request. So a connection closes when an
    exchange ends early, also by cancellation, when anything arrives that no request waits for, and
    when a response repeats the request id of an earlier one. Interim responses are skipped.

    Attributes:
        has_received: whether the peer has sent anything since the last request.
    """

    def __init__(self, max_response_bytes: int = MAX_RESPONSE_BYTES) -> None:
        self.has_received = False
        self._max_response_bytes = max_response_bytes
        self._loop = asyncio.get_running_loop()
        # The parser calls the on_… methods below.
        self._parser = HttpResponseParser(self)
        self._response: asyncio.Future[HttpResponse] | None = None
        self._headers: dict[bytes, bytes] = {}
        self._body: list[bytes] = []
        self._received_bytes = 0
        self._is_in_body = False
        self._request_ids: deque[bytes] = deque(maxlen=_REMEMBERED_RESPONSES)

    @property
    def is_open(self) -> bool:
        """Whether another request can be sent; the peer may close at any time."""
        return not self._transport.is_closing()

    async def exchange(self, request: bytes, timeout_s: float) -> HttpResponse:
        """Send a request and wait for the whole response.

        Raises:
            DeadlineExceededError: the response did not arrive in time.
            ConnectionFailedError: the connection was lost, or the response is not HTTP.
        """
        response: asyncio.Future[HttpResponse] = self._loop.create_future()
        self._response = response
        self._received_bytes = 0
        self.has_received = False
        timer = self._loop.call_later(timeout_s, self._expire)
        self._transport.write(request)
        try:
            return await response
        except BaseException:
            # A cancellation may come after the whole response, too.
            self.close()
            raise
        finally:
            timer.cancel()

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
        self._fail(ConnectionFailedError(type(exc).__name__ if exc else "ClosedByPeer"))

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        if self._response is None:
            self.close()
            return
        self.has_received = True
        self._received_bytes += len(data)
        if self._received_bytes > self._max_response_bytes:
            self._fail(ConnectionFailedError("ResponseTooLarge"))
            return
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            self._fail(ConnectionFailedError(type(error).__name__))

    def eof_received(self) -> None:
        """Deliver a response that has no length and so ends with the connection (RFC 9112 6.3)."""
        has_length = b"content-length" in self._headers or b"transfer-encoding" in self._headers
        if self._is_in_body and not has_length:
            self._deliver()

    def on_message_begin(self) -> None:
        """Begin to collect a response."""
        if self._response is None:
            self.close()
        self._headers = {}
        self._body = []

    def on_header(self, name: bytes, value: bytes) -> None:
        """Collect a header."""
        self._headers[name.lower()] = value

    def on_headers_complete(self) -> None:
        """Note that the body follows."""
        self._is_in_body = self._parser.get_status_code() >= _FIRST_FINAL_STATUS

    def on_body(self, body: bytes) -> None:
        """Collect a part of the body."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Deliver the response, unless it is an interim one (RFC 9110 15.2)."""
        status = self._parser.get_status_code()
        if status >= _FIRST_FINAL_STATUS:
            self._deliver()
        elif status == _SWITCHING_PROTOCOLS:
            self._fail(ConnectionFailedError("UnaskedUpgrade"))

    def _deliver(self) -> None:
        self._is_in_body = False
        response = self._response
        if response is None or response.done():
            self.close()
            return
        if self._is_repeated():
            self._fail(ConnectionFailedError("RepeatedResponse"))
            return
        self._response = None
        status = self._parser.get_status_code()
        response.set_result(HttpResponse(status, self._headers, b"".join(self._body)))
        if not self._parser.should_keep_alive():
            self.close()

    def _is_repeated(self) -> bool:
        request_id = self._headers.get(b"x-amzn-requestid")
        if request_id is None:
            return False
        is_repeated = request_id in self._request_ids
        self._request_ids.append(request_id)
        return is_repeated

    def _expire(self) -> None:
        self._fail(DeadlineExceededError("NoResponseInTime"))

    def _fail(self, error: AwsError) -> None:
        response = self._response
        if response is not None and not response.done():
            response.set_exception(error)
        self.close()
