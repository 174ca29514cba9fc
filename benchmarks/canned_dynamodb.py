"""A server that returns a fixed or a computed response to a DynamoDB request after a fixed delay.

It uses little CPU, so that a measured process waits for the delay only.
"""

import asyncio
import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from multiprocessing.connection import Connection
from typing import Final, TypeAlias
from zlib import crc32

from benchmarks import cores

Respond: TypeAlias = Callable[[bytes], bytes]
"""Returns the body of the response to a request with this body. Can be pickled."""

_END_OF_HEAD: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length: "
_REQUEST_ID: Final = b"<request id>"
_TARGET: Final = b"x-amz-target: dynamodb_20120810."

_request_numbers = count()


class CannedDynamoDB:
    """A running server."""

    def __init__(self, url: str, connection: Connection) -> None:
        self.url = url
        self._connection = connection

    def take_counts(self) -> Counter[str]:
        """Return the requests by operation, in lower case, since the last call."""
        self._connection.send("counts")
        counts: Counter[str] = self._connection.recv()
        return counts


@contextmanager
def run_canned_dynamodb(
    bodies: Mapping[str, bytes | Respond], delay_ms: float
) -> Iterator[CannedDynamoDB]:
    """Run the server in its own process.

    Args:
        bodies: the response body of each operation, or its function, by its name in lower case.
        delay_ms: from a request's last byte to its response; requests run concurrently.
    """
    processes = multiprocessing.get_context("spawn")
    ours, theirs = processes.Pipe()
    process = processes.Process(target=_serve, args=(theirs, dict(bodies), delay_ms / 1000))
    process.start()
    theirs.close()
    try:
        yield CannedDynamoDB(ours.recv(), ours)
    finally:
        ours.close()
        process.join()


def _serve(connection: Connection, bodies: Mapping[str, bytes | Respond], delay_s: float) -> None:
    cores.stay_on(cores.SERVING)
    asyncio.run(_serve_until_closed(connection, bodies, delay_s))


async def _serve_until_closed(
    connection: Connection, bodies: Mapping[str, bytes | Respond], delay_s: float
) -> None:
    loop = asyncio.get_running_loop()
    counts: Counter[str] = Counter()
    responses = {operation.encode(): _prepare(body) for operation, body in bodies.items()}
    server = await loop.create_server(
        lambda: _Exchange(responses, delay_s, counts), host="127.0.0.1", port=0, backlog=1024
    )
    closed = asyncio.Event()
    loop.add_reader(connection.fileno(), _send_counts, connection, counts, closed.set)
    connection.send(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    await closed.wait()


def _send_counts(connection: Connection, counts: Counter[str], close: Callable[[], object]) -> None:
    try:
        connection.recv()
    except EOFError:
        close()
        return
    connection.send(counts)
    counts.clear()


def _prepare(body: bytes | Respond) -> Respond:
    """Return a function from a request's body to the whole response."""
    if callable(body):
        return lambda request: _encode_response(body(request))
    response = _encode_response(body)
    return lambda _: response


def _encode_response(body: bytes) -> bytes:
    """Encode a response with DynamoDB's headers."""
    head = (
        "HTTP/1.1 200 OK",
        "Server: Server",
        "Date: Mon, 23 Nov 2026 09:00:00 GMT",
        "Content-Type: application/x-amz-json-1.0",
        f"Content-Length: {len(body)}",
        "Connection: keep-alive",
        f"x-amzn-RequestId: {_REQUEST_ID.decode()}",
        f"x-amz-crc32: {crc32(body)}",
    )
    return "\r\n".join(head).encode() + _END_OF_HEAD + body


class _Exchange(asyncio.Protocol):
    """A kept-alive connection; requests have a Content-Length and are not pipelined."""

    def __init__(
        self, responses: Mapping[bytes, Respond], delay_s: float, counts: Counter[str]
    ) -> None:
        self._responses = responses
        self._delay_s = delay_s
        self._counts = counts
        self._received = b""
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        assert isinstance(transport, asyncio.WriteTransport)  # noqa: S101 - create_server passes one
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        self._received += data
        end = self._received.find(_END_OF_HEAD)
        if end < 0:
            return
        head = self._received[:end].lower()
        body = self._received[end + len(_END_OF_HEAD) :]
        if len(body) < int(_find_value(head, _LENGTH)):
            return
        self._received = b""
        operation = _find_value(head, _TARGET)
        self._counts[operation.decode()] += 1
        # As in DynamoDB's responses, no two request ids are the same.
        request_id = b"%052d" % next(_request_numbers)
        response = self._responses[operation](body).replace(_REQUEST_ID, request_id, 1)
        self._loop.call_later(self._delay_s, self._transport.write, response)


def _find_value(head: bytes, name: bytes) -> bytes:
    start = head.index(name) + len(name)
    return head[start:].partition(b"\r\n")[0]
