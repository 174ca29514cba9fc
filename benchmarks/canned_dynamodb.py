"""A DynamoDB that answers every operation with the same text after the same time.

It costs as little CPU as can be, so that what is measured waits for the time and for nothing else.
"""

import asyncio
import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Final
from zlib import crc32

from benchmarks import cores

_END_OF_HEAD: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length: "
_TARGET: Final = b"x-amz-target: dynamodb_20120810."


class CannedDynamoDB:
    """What a benchmark sees of the server."""

    def __init__(self, url: str, connection: Connection) -> None:
        self.url = url
        self._connection = connection

    def take_counts(self) -> Counter[str]:
        """Tell how often each operation, in lower case, was answered since it was last asked."""
        self._connection.send("counts")
        counts: Counter[str] = self._connection.recv()
        return counts


@contextmanager
def run_canned_dynamodb(answers: Mapping[str, bytes], delay_ms: float) -> Iterator[CannedDynamoDB]:
    """Run the server in a process of its own.

    Args:
        answers: operation, in lower case, to the body of its answer.
        delay_ms: from a request's last byte to its answer; requests do not wait for each other.
    """
    processes = multiprocessing.get_context("spawn")
    ours, theirs = processes.Pipe()
    process = processes.Process(target=_serve, args=(theirs, dict(answers), delay_ms / 1000))
    process.start()
    theirs.close()
    try:
        yield CannedDynamoDB(ours.recv(), ours)
    finally:
        ours.close()
        process.join()


def _serve(connection: Connection, answers: Mapping[str, bytes], delay_s: float) -> None:
    cores.stay_on(cores.SERVING)
    asyncio.run(_serve_until_closed(connection, answers, delay_s))


async def _serve_until_closed(
    connection: Connection, answers: Mapping[str, bytes], delay_s: float
) -> None:
    loop = asyncio.get_running_loop()
    counts: Counter[str] = Counter()
    wires = {operation.encode(): _encode_answer(body) for operation, body in answers.items()}
    server = await loop.create_server(
        lambda: _Exchange(wires, delay_s, counts), host="127.0.0.1", port=0, backlog=1024
    )
    closed = asyncio.Event()
    loop.add_reader(connection.fileno(), _give_counts, connection, counts, closed.set)
    connection.send(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    await closed.wait()


def _give_counts(connection: Connection, counts: Counter[str], close: Callable[[], object]) -> None:
    try:
        connection.recv()
    except EOFError:
        close()
        return
    connection.send(counts)
    counts.clear()


def _encode_answer(body: bytes) -> bytes:
    """Make an answer with the headers that DynamoDB gives."""
    head = (
        "HTTP/1.1 200 OK",
        "Server: Server",
        "Date: Mon, 23 Nov 2026 09:00:00 GMT",
        "Content-Type: application/x-amz-json-1.0",
        f"Content-Length: {len(body)}",
        "Connection: keep-alive",
        f"x-amzn-RequestId: {'0' * 52}",
        f"x-amz-crc32: {crc32(body)}",
    )
    return "\r\n".join(head).encode() + _END_OF_HEAD + body


class _Exchange(asyncio.Protocol):
    """One kept-alive connection. Its requests have a length and come one after another."""

    def __init__(
        self, answers: Mapping[bytes, bytes], delay_s: float, counts: Counter[str]
    ) -> None:
        self._answers = answers
        self._delay_s = delay_s
        self._counts = counts
        self._received = b""
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        assert isinstance(transport, asyncio.WriteTransport)  # noqa: S101 - as create_server has it
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        self._received += data
        end = self._received.find(_END_OF_HEAD)
        if end < 0:
            return
        head = self._received[:end].lower()
        if len(self._received) < end + len(_END_OF_HEAD) + int(_find_value(head, _LENGTH)):
            return
        self._received = b""
        operation = _find_value(head, _TARGET)
        self._counts[operation.decode()] += 1
        self._loop.call_later(self._delay_s, self._transport.write, self._answers[operation])


def _find_value(head: bytes, name: bytes) -> bytes:
    start = head.index(name) + len(name)
    return head[start:].partition(b"\r\n")[0]
