"""A pool of keep-alive connections to one server."""

import asyncio
import ssl
from dataclasses import dataclass

from aws_client.connection import MAX_RESPONSE_BYTES, Connection, HttpResponse
from aws_client.errors import ConnectionFailedError


@dataclass(frozen=True, slots=True)
class Origin:
    """A server; `tls` is None for plain HTTP."""

    host: str
    port: int
    tls: ssl.SSLContext | None


class ConnectionPool:
    """Runs each exchange on its own connection, up to a maximum; further ones wait.

    Never more connections are open than that maximum, idle ones included.
    """

    def __init__(
        self,
        origin: Origin,
        *,
        max_connections: int,
        connect_timeout_s: float,
        max_response_bytes: int = MAX_RESPONSE_BYTES,
    ) -> None:
        """Create a pool without connections.

        Args:
            connect_timeout_s: seconds to open a connection, including TLS.
            max_response_bytes: of a response with its head; a larger one fails.
        """
        self._max_response_bytes = max_response_bytes
        self._origin = origin
        self._max_connections = max_connections
        self._connect_timeout_s = connect_timeout_s
        self._free = asyncio.Semaphore(max_connections)
        self._busy = 0
        # Last in, first out: surplus connections stay idle until the peer closes them.
        self._idle: list[Connection] = []

    async def exchange(
        self, request: bytes, timeout_s: float, *, on_new_connection: bool = False
    ) -> HttpResponse:
        """Send a request and wait for its response; the request must be idempotent.

        A request whose idle connection turns out to be closed is sent once more.

        Args:
            timeout_s: seconds from the request to the last byte of its response.
            on_new_connection: use no idle connection: the peer may have closed all of them.

        Raises:
            DeadlineExceededError: the response did not arrive in time.
            ConnectionFailedError: no connection, it was lost, or the response is not HTTP.
        """
        # Not `async with`, which would take two more coroutines.
        await self._free.acquire()
        self._busy += 1
        connection = None if on_new_connection else self._find_idle()
        try:
            if connection is not None:
                try:
                    return await connection.exchange(request, timeout_s)
                except ConnectionFailedError:
                    if connection.has_received:
                        raise
            connection = await self._connect()
            return await connection.exchange(request, timeout_s)
        finally:
            self._busy -= 1
            self._free.release()
            if connection is not None and connection.is_open:
                self._idle.append(connection)

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop().close()

    def _find_idle(self) -> Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open:
                return connection
        return None

    async def _connect(self) -> Connection:
        self._idle = [each for each in self._idle if each.is_open]
        while self._busy + len(self._idle) > self._max_connections:
            self._idle.pop(0).close()
        # The event loop closes the sockets of closed connections in its next iteration.
        await asyncio.sleep(0)
        origin = self._origin
        try:
            async with asyncio.timeout(self._connect_timeout_s):
                _, connection = await asyncio.get_running_loop().create_connection(
                    lambda: Connection(self._max_response_bytes),
                    origin.host,
                    origin.port,
                    ssl=origin.tls,
                )
        except OSError as error:  # TimeoutError is one, and so are those of TLS and DNS
            raise ConnectionFailedError(type(error).__name__) from error
        return connection
