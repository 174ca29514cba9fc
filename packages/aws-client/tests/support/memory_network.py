"""An event loop whose connections are in memory and whose time passes at once."""

import asyncio
import selectors
from collections.abc import Awaitable, Callable
from typing import Any

GRACEFUL_CLOSE_S = 30


class MemoryTransport(asyncio.Transport):
    """Behaves as asyncio's: `abort` closes in the loop's next iteration, `close` may take long.

    Attributes:
        requests: what the client has written.
    """

    def __init__(self, loop: "MemoryLoop", protocol: Any) -> None:
        super().__init__()
        self.requests: list[bytes] = []
        self._loop = loop
        self._protocol = protocol
        self._is_closing = False

    def write(self, data: Any) -> None:
        if not self._is_closing:
            self.requests.append(data)

    def is_closing(self) -> bool:
        return self._is_closing

    def abort(self) -> None:
        self._is_closing = True
        self._loop.call_soon(self._lose, None)

    def close(self) -> None:
        # As over TLS, while the peer does not close its side.
        if not self._is_closing:
            self._is_closing = True
            self._loop.call_later(GRACEFUL_CLOSE_S, self._lose, None)

    def deliver(self, data: bytes) -> None:
        if not self._is_closing:
            self._protocol.data_received(data)

    def end(self) -> None:
        """The peer has closed its side."""
        if not self._is_closing:
            self._protocol.eof_received()
            self.abort()

    def reset(self) -> None:
        if not self._is_closing:
            self._is_closing = True
            self._loop.call_soon(self._lose, ConnectionResetError())

    def _lose(self, error: Exception | None) -> None:
        if self in self._loop.open:
            self._loop.open.remove(self)
            self._protocol.connection_lost(error)


class _InstantSelector(selectors.SelectSelector):
    loop: "MemoryLoop"

    def select(self, timeout: float | None = None) -> Any:
        assert timeout is not None, "nothing left to wait for"
        self.loop.now_s += max(0, timeout)
        return super().select(0)


class MemoryLoop(asyncio.SelectorEventLoop):
    """Opens connections to nobody.

    Attributes:
        now_s: advances by what the loop would have slept.
        connect: what a new connection waits for.
        transports: of all connections.
        open: those whose socket is open, or opening.
        most_open: their highest number so far.
    """

    now_s = 0.0

    def __init__(self) -> None:
        selector = _InstantSelector()
        selector.loop = self
        super().__init__(selector)
        self.connect: Callable[[], Awaitable[object]] = lambda: asyncio.sleep(0)
        self.transports: list[MemoryTransport] = []
        self.open: list[MemoryTransport] = []
        self.most_open = 0

    def time(self) -> float:
        return self.now_s

    async def create_connection(  # type: ignore[override]
        self, create_protocol: Callable[[], Any], *_address: object, **_options: object
    ) -> tuple[MemoryTransport, Any]:
        protocol = create_protocol()
        transport = MemoryTransport(self, protocol)
        self.open.append(transport)
        self.most_open = max(self.most_open, len(self.open))
        try:
            await self.connect()
        except BaseException:
            self.open.remove(transport)
            raise
        self.transports.append(transport)
        protocol.connection_made(transport)
        return transport, protocol
