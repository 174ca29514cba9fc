"""An HTTP server that does to each request what it was told to."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import TypeAlias
from zlib import crc32

_SLOW_BYTE_S = 0.03


@dataclass(slots=True)
class Exchange:
    """A request that has come in whole, and the connection to answer it on."""

    head: bytes
    body: bytes
    writer: asyncio.StreamWriter


Act: TypeAlias = Callable[[Exchange], Awaitable[None]]


@dataclass(slots=True)
class FaultServer:
    """Does `acts` in their order, one for each request, and the last one from then on."""

    acts: Sequence[Act] = ()
    requests: list[Exchange] = field(default_factory=list)
    connections: int = 0
    closed_connections: int = 0
    url: str = ""
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
                exchange = Exchange(head, await reader.readexactly(int(length or 0)), writer)
                self.requests.append(exchange)
                await self.acts[min(len(self.requests), len(self.acts)) - 1](exchange)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass  # the client has gone, or the test has ended
        finally:
            self.closed_connections += 1
            writer.close()


@contextmanager
def run_fault_server() -> Iterator[FaultServer]:
    """Run a server on a thread and an event loop of its own."""
    faults = FaultServer()
    loop = faults.loop
    stop = asyncio.Event()
    ready = Event()

    async def serve() -> None:
        server = await asyncio.start_server(faults.serve, "127.0.0.1", 0)
        faults.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        ready.set()
        await stop.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(serve())

    thread = Thread(target=run)
    thread.start()
    assert ready.wait(10)
    try:
        yield faults
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


def answer(status: int, body: bytes, **headers: str) -> Act:
    """Answer whole, with the right checksum."""
    return send(encode(status, body, **headers))


def encode(status: int, body: bytes, **headers: str) -> bytes:
    """Make the answer's bytes; underscores in the names of headers stand for hyphens."""
    named = {"x-amz-crc32": crc32(body), "content-length": len(body)}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"HTTP/1.1 {status} Some Reason\r\n{head}\r\n".encode() + body


def send(data: bytes) -> Act:
    """Send this and keep the connection."""

    async def act(exchange: Exchange) -> None:
        exchange.writer.write(data)

    return act


def send_and_close(data: bytes) -> Act:
    """Send this and close the connection without having said so."""

    async def act(exchange: Exchange) -> None:
        exchange.writer.write(data)
        await exchange.writer.drain()
        exchange.writer.close()

    return act


async def reset(exchange: Exchange) -> None:
    """Break the connection off."""
    exchange.writer.transport.abort()


async def stay_silent(_exchange: Exchange) -> None:
    """Answer nothing, for longer than anybody waits."""
    await asyncio.sleep(60)


def send_slowly(data: bytes) -> Act:
    """Send one byte after another."""

    async def act(exchange: Exchange) -> None:
        for byte in data:
            exchange.writer.write(bytes([byte]))
            await asyncio.sleep(_SLOW_BYTE_S)

    return act
