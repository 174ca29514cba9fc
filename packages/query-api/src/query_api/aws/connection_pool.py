"""A pool of keep-alive connections to one server."""

import asyncio
import ssl
from dataclasses import dataclass

from query_api.aws.connection import Connection, HttpResponse
from query_api.exceptions import UnavailableError


@dataclass(frozen=True, slots=True)
class Origin:
    """A server; `tls` is None for plain HTTP."""

    host: str
    port: int
    tls: ssl.SSLContext | None


class ConnectionPool:
    """Runs each exchange on its own connection, up to a maximum; further ones wait."""

    def __init__(
        self, origin: Origin, *, max_connections: int, connect_timeout_s: float, timeout_s: float
    ) -> None:
        """Create a pool without connections.

        Args:
            connect_timeout_s: seconds to open a connection, including TLS.
            timeout_s: seconds from a request to the last byte of its response.
        """
        self._origin = origin
        self._free = asyncio.Semaphore(max_connections)
        self._connect_timeout_s = connect_timeout_s
        self._timeout_s = timeout_s
        # Last in, first out: surplus connections stay idle until the peer closes them.
        self._idle: list[Connection] = []

    async def exchange(self, request: bytes, *, is_retry: bool = False) -> HttpResponse:
        """Send a request and wait for its response.

        Args:
            is_retry: open a new connection, because the peer may just have closed all idle ones.

        Raises:
            DeadlineExceededError: the response did not arrive in time.
            UnavailableError: no connection, it was lost, or the response is not HTTP.
        """
        async with self._free:
            connection = None if is_retry else self._find_idle()
            if connection is None:
                connection = await self._connect()
            response = await connection.exchange(request, self._timeout_s)
            if connection.is_open:
                self._idle.append(connection)
            return response

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
        origin = self._origin
        try:
            async with asyncio.timeout(self._connect_timeout_s):
                _, connection = await asyncio.get_running_loop().create_connection(
                    Connection, origin.host, origin.port, ssl=origin.tls
                )
        except OSError as error:  # TimeoutError is one, and so are those of TLS and DNS
            raise UnavailableError(f"no connection: {type(error).__name__}") from error
        return connection
