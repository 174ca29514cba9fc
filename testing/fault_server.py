"""An HTTP server whose response to each request, faults included, a test defines."""

import asyncio
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Final, TypeAlias
from zlib import crc32

_SLOW_BYTE_S: Final = 0.03
_START_TIMEOUT_S: Final = 10
_BACKLOG: Final = 512
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


@dataclass(slots=True)
class Exchange:
    """A whole request, and the connection for the response.

    Attributes:
        connection: its number on the server, from 0.
        line: the first line of the request.
        headers: by their names in lower case.
    """

    connection: int
    line: str
    headers: dict[str, str]
    body: bytes
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


Act: TypeAlias = Callable[[Exchange], Awaitable[None]]


def encode_response(status: int = 200, body: bytes = b"{}", **headers: str) -> bytes:
    """Encode a response; underscores in the names of headers stand for hyphens.

    Its length and its checksum are right, unless the headers name another checksum.
    """
    named = {"x-amz-crc32": str(crc32(body)), "content-length": str(len(body))}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"HTTP/1.1 {status} Some Reason\r\n{head}\r\n".encode() + body


def send(data: bytes) -> Act:
    """Send bytes and keep the connection."""

    async def act(exchange: Exchange) -> None:
        exchange.writer.write(data)

    return act


def respond(status: int = 200, body: bytes = b"{}", **headers: str) -> Act:
    """Send a response; arguments as for `encode_response`."""
    return send(encode_response(status, body, **headers))


def send_and_close(data: bytes) -> Act:
    """Send bytes and close the connection, without announcing it."""

    async def act(exchange: Exchange) -> None:
        exchange.writer.write(data)
        await exchange.writer.drain()
        exchange.writer.close()

    return act


def send_slowly(data: bytes) -> Act:
    """Send one byte after another."""

    async def act(exchange: Exchange) -> None:
        for byte in data:
            exchange.writer.write(bytes([byte]))
            await asyncio.sleep(_SLOW_BYTE_S)

    return act


async def reset(exchange: Exchange) -> None:
    """Reset the connection."""
    connection: socket.socket = exchange.writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    exchange.writer.transport.abort()


async def stay_silent(exchange: Exchange) -> None:
    """Send nothing until the client closes the connection."""
    await exchange.reader.read()


@dataclass(slots=True)
class FaultServer:
    """Runs `acts` in order, one for each request, then repeats the last one."""

    acts: Sequence[Act] = (respond(),)
    requests: list[Exchange] = field(default_factory=list)
    connections: int = 0
    closed_connections: int = 0
    most_open_connections: int = 0
    url: str = ""
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    @property
    def open_connections(self) -> int:
        """How many connections are open."""
        return self.connections - self.closed_connections

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        number = self.connections
        self.connections += 1
        self.most_open_connections = max(self.most_open_connections, self.open_connections)
        try:
            while not writer.is_closing():
                exchange = await _read_request(number, reader, writer)
                self.requests.append(exchange)
                await self.acts[min(len(self.requests), len(self.acts)) - 1](exchange)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, OSError):
            pass  # the client has gone, or the test has ended
        finally:
            self.closed_connections += 1
            writer.close()


async def _read_request(
    connection: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> Exchange:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    line, *fields = head.strip().split("\r\n")
    parts = (each.partition(":") for each in fields)
    headers = {name.lower(): value.strip() for name, _, value in parts}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Exchange(connection, line, headers, body, reader, writer)


@contextmanager
def run_fault_server(tls: ssl.SSLContext | None = None) -> Iterator[FaultServer]:
    """Run a server on 127.0.0.1, on a thread and an event loop of its own."""
    faults = FaultServer()
    stop = asyncio.Event()
    ready = Event()

    async def serve() -> None:
        server = await asyncio.start_server(faults.serve, "127.0.0.1", 0, ssl=tls, backlog=_BACKLOG)
        scheme = "https" if tls else "http"
        faults.url = f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        ready.set()
        await stop.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: faults.loop) as runner:
            runner.run(serve())

    thread = Thread(target=run)
    thread.start()
    try:
        assert ready.wait(_START_TIMEOUT_S), "the server did not start"
        yield faults
    finally:
        faults.loop.call_soon_threadsafe(stop.set)
        thread.join()
