"""The other end of a connection in memory."""

import json
from typing import Final

from aws_client import HttpResponse

from .memory_network import MemoryTransport

NOBODY: Final = -1
_ROWS: Final = 60 * "x"
_LENGTHS: Final = {b"content-length", b"transfer-encoding"}


def encode_length(head: bytes, body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\n%scontent-length: %d\r\n\r\n%s" % (head, len(body), body)


def encode_last(head: bytes, body: bytes) -> bytes:
    return encode_length(b"connection: close\r\n" + head, body)


def encode_chunks(head: bytes, body: bytes) -> bytes:
    chunks = b"3\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (body[:3], len(body) - 3, body[3:])
    return b"HTTP/1.1 500 Error\r\n%stransfer-encoding: chunked\r\n\r\n%s" % (head, chunks)


def encode_without_length(head: bytes, body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\n%s\r\n%s" % (head, body)


ENCODERS: Final = (encode_length, encode_chunks, encode_last, encode_without_length)


class Peer:
    """Sends responses whose body says whose they are.

    Attributes:
        sent: the responses to requests of this connection.
        outbox: bytes on their way to the client.
    """

    def __init__(self, transport: MemoryTransport) -> None:
        self.transport = transport
        self.sent: list[bytes] = []
        self.outbox = b""
        self._unasked: int | None = None  # where the first response to no request begins in it

    @property
    def in_flight(self) -> int | None:
        """The number of the request that has no response yet."""
        requests = self.transport.requests
        return int(requests[-1]) if len(requests) > len(self.sent) else None

    def respond(self, encode, request_id: int) -> None:  # type: ignore[no-untyped-def]
        """Respond to the request in flight, or to none."""
        number = self.in_flight
        body = json.dumps({"for": NOBODY if number is None else number, "rows": _ROWS}).encode()
        response = encode(b"x-amzn-requestid: %d\r\n" % request_id, body)
        if number is not None:
            self.sent.append(response)
        elif self._unasked is None:
            self._unasked = len(self.outbox)
        self.outbox += response

    def deliver(self, size: int) -> None:
        """Let the next bytes arrive."""
        data, self.outbox = self.outbox[:size], self.outbox[size:]
        if self._unasked is not None:
            self._unasked -= len(data)
            if self._unasked < 0:
                self._unasked = None
        if data:
            self.transport.deliver(data)

    def drop_unasked(self) -> None:
        """Drop responses to no request that have not begun to arrive.

        One that begins after the next request was sent is a response to that request, by all that
        HTTP says.
        """
        if self._unasked is not None:
            self.outbox, self._unasked = self.outbox[: self._unasked], None


def check_response(number: int, response: HttpResponse) -> None:
    """Assert that a response is that of this request."""
    try:
        body = json.loads(response.body)
    except ValueError:
        body = None
    # What ends with its connection may be cut, or be followed by more: it is no JSON then.
    is_cut = body is None and not response.headers.keys() & _LENGTHS
    assert response.status in {200, 500}
    assert is_cut or body == {"for": number, "rows": _ROWS}, f"{number} got {response}"
