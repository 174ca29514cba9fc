"""The load generator's side of a kept-alive HTTP connection.

As lean as can be, for it shares its core with the canned DynamoDB.
"""

import asyncio
from collections.abc import Callable
from typing import Final, TypeAlias, cast

Tell: TypeAlias = Callable[["Connection", bool], None]

_END_OF_HEAD: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length: "
_OK: Final = b"HTTP/1.1 200 "
_ROW_MARK: Final = b'"transaction_id"'


class Connection(asyncio.Protocol):
    """One connection, with one request at a time.

    Args:
        rows: that an answer has if it is right; its status must be 200, too.
        tell: is told of each answer, and whether it is right. A connection that is lost instead
            counts as a wrong one.
    """

    def __init__(self, rows: int, tell: Tell) -> None:
        self.asked_at_s = 0.0
        self.is_lost = False
        self._rows = rows
        self._tell = tell
        self._received = b""
        self._is_waiting = False

    def ask(self, request: bytes, at_s: float) -> None:
        """Send a request.

        Args:
            at_s: when its latency began, a time of `time.perf_counter`.
        """
        self.asked_at_s = at_s
        self._is_waiting = True
        self._transport.write(request)

    def close(self) -> None:
        """End the connection, whatever it waits for."""
        self._is_waiting = False
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        # Not to be checked: uvloop's transports have asyncio's methods and no base in common.
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        self._received += data
        head, separator, body = self._received.partition(_END_OF_HEAD)
        if not separator or len(body) < _find_length(head):
            return
        self._received = b""
        self._is_waiting = False
        self._tell(self, head.startswith(_OK) and body.count(_ROW_MARK) == self._rows)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """See `asyncio.Protocol`."""
        self.is_lost = True
        if self._is_waiting:
            self._is_waiting = False
            self._tell(self, False)  # noqa: FBT003 - a plain callback


async def connect(port: int, rows: int, count: int, tell: Tell) -> list[Connection]:
    """Open so many connections to a port of 127.0.0.1."""
    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(lambda: Connection(rows, tell), "127.0.0.1", port)
        for _ in range(count)
    ]
    return [connection for _, connection in made]


def _find_length(head: bytes) -> int:
    lower = head.lower()
    start = lower.index(_LENGTH) + len(_LENGTH)
    return int(lower[start:].partition(b"\r\n")[0])
