"""A client of a `Connection`, without a socket."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

from uvicorn.server import ServerState

from query_api.http1.connection import Connection
from query_api.http1.refusal import find_refusal
from query_api.http1.watchdog import Watchdog

App = Callable[[Any, Any, Any], Awaitable[None]]


class FakeServer:
    """What uvicorn shares between connections."""

    def __init__(self, app: App, watchdog: Watchdog | None = None) -> None:
        self.state = ServerState()
        self._config: Any = SimpleNamespace(loaded_app=app)
        self._watchdog = watchdog or Watchdog()

    def connect(self, *, takes_bytes: float = float("inf")) -> "FakeClient":
        """Connect a client that takes so many bytes of its responses."""
        connection = Connection(self._watchdog, self._config, self.state, {})
        return FakeClient(connection, takes_bytes)


class FakeSocket:
    """Has options, without effect."""

    def setsockopt(self, _level: int, _option: int, _value: object) -> None:
        pass


class FakeClient(asyncio.Transport):
    """The transport of a connection, and the client at its other end.

    Attributes:
        received: the bytes that the client has taken.
        is_ended: the server has sent its end.
        is_lost: the connection is gone.
    """

    def __init__(self, connection: Connection, takes_bytes: float) -> None:
        super().__init__({"socket": FakeSocket()})
        self.connection = connection
        self.received = b""
        self.is_ended = False
        self.is_lost = False
        self._takes_bytes = takes_bytes
        self._unsent = b""
        self._unread: list[bytes] = []
        self._is_reading = True
        self._is_closing = False
        self._is_paused = False
        connection.connection_made(self)

    async def send(self, *segments: bytes) -> None:
        """Send segments, and let the server work."""
        for segment in segments:
            self._unread.append(segment)
            self._deliver()
            await let_work()

    async def end(self) -> None:
        """Send the end of the client's side."""
        if not self.connection.eof_received():
            self.close()
        await let_work()

    async def take_all(self) -> None:
        """Take what is unsent and what follows."""
        self._takes_bytes = float("inf")
        self._flush()
        await let_work()

    # The transport's side.

    def write(self, data: Any) -> None:
        assert not self.is_ended
        assert not self.is_lost
        self._unsent += data
        self._flush()
        if self._unsent and not self._is_paused:
            self._is_paused = True
            self.connection.pause_writing()

    def _flush(self) -> None:
        count = int(min(len(self._unsent), self._takes_bytes))
        self.received += self._unsent[:count]
        self._unsent = self._unsent[count:]
        self._takes_bytes -= count
        if self._unsent:
            return
        if self._is_closing:
            self._lose()
        elif self._is_paused:
            self._is_paused = False
            self.connection.resume_writing()

    def _deliver(self) -> None:
        while self._unread and self._is_reading and not self._is_closing:
            self.connection.data_received(self._unread.pop(0))

    def _lose(self) -> None:
        if not self.is_lost:
            self.is_lost = self.is_ended = True
            asyncio.get_running_loop().call_soon(self.connection.connection_lost, None)

    def close(self) -> None:
        self._is_closing = True
        self._flush()

    def abort(self) -> None:
        self._unsent = b""
        self._is_closing = True
        self._lose()

    def is_closing(self) -> bool:
        return self._is_closing

    def write_eof(self) -> None:
        self.is_ended = True

    def pause_reading(self) -> None:
        self._is_reading = False

    def resume_reading(self) -> None:
        self._is_reading = True
        asyncio.get_running_loop().call_soon(self._deliver)

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        assert (high, low) == (0, None)

    def get_write_buffer_size(self) -> int:
        return len(self._unsent)


class Echo:
    """An application that responds with the path and the body of each request, once it may.

    Args:
        size: more bytes of a response.

    Attributes:
        begun: the paths of the requests so far.
        ended: those whose response is sent, or the names of errors.
    """

    def __init__(self, size: int = 0) -> None:
        self.size = size
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.may_respond = asyncio.Event()
        self.may_respond.set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.begun.append(scope["path"])
        await self.may_respond.wait()
        body = scope["path"].encode() + (await receive())["body"] + b"." * self.size
        refusal = find_refusal(scope)
        status = 200 if refusal is None else 400
        length = b"%d" % len(body)
        headers = [(b"content-length", length)]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})
        self.ended.append(type(refusal).__name__ if refusal else scope["path"])


async def let_work() -> None:
    """Let everything that is due run."""
    for _ in range(20):
        await asyncio.sleep(0)


def cut(data: bytes, places: Iterable[int]) -> list[bytes]:
    """Cut bytes into segments."""
    edges = [0, *sorted({place for place in places if 0 < place < len(data)}), len(data)]
    return [data[start:end] for start, end in pairwise(edges)]
