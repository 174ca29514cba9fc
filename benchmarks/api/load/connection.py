"""A lean HTTP client connection: it shares its core with the canned DynamoDB."""

import asyncio
from collections.abc import Callable
from typing import Final, TypeAlias, cast

OnResponse: TypeAlias = Callable[["Connection", bool], None]

_END_OF_HEAD: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length: "
_OK: Final = b"HTTP/1.1 200 "
_ROW_MARK: Final = b'"transaction_id"'


class Connection(asyncio.Protocol):
    """A kept-alive connection with one request at a time.

    Args:
        rows: the rows of a right response, whose status is 200.
        on_response: called after each response with whether it is right; a connection lost
            before its response counts as a wrong one.
    """

    def __init__(self, rows: int, on_response: OnResponse) -> None:
        self.sent_at_s = 0.0
        self.is_lost = False
        self._rows = rows
        self._on_response = on_response
        self._received = b""
        self._is_waiting = False

    def send(self, request: bytes, at_s: float) -> None:
        """Send a request.

        Args:
            at_s: the start of its latency, by `time.perf_counter`.
        """
        self.sent_at_s = at_s
        self._is_waiting = True
        self._transport.write(request)

    def close(self) -> None:
        """Close the connection, even while a response is due."""
        self._is_waiting = False
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        # A cast, since uvloop's transports have asyncio's methods but no common base.
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        self._received += data
        head, separator, body = self._received.partition(_END_OF_HEAD)
        if not separator or len(body) < _find_length(head):
            return
        self._received = b""
        self._is_waiting = False
        self._on_response(self, head.startswith(_OK) and body.count(_ROW_MARK) == self._rows)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """See `asyncio.Protocol`."""
        self.is_lost = True
        if self._is_waiting:
            self._is_waiting = False
            self._on_response(self, False)  # noqa: FBT003 - a plain callback


async def connect(port: int, rows: int, count: int, on_response: OnResponse) -> list[Connection]:
    """Open `count` connections to a port of 127.0.0.1."""
    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(lambda: Connection(rows, on_response), "127.0.0.1", port)
        for _ in range(count)
    ]
    return [connection for _, connection in made]


def _find_length(head: bytes) -> int:
    lower = head.lower()
    start = lower.index(_LENGTH) + len(_LENGTH)
    return int(lower[start:].partition(b"\r\n")[0])
