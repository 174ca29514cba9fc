"""HTTP as bytes, for what no client library would send."""

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


def read_to_end(connection: socket.socket) -> bytes:
    """Read until the service closes the connection."""
    received = b""
    while segment := connection.recv(65_536):
        received += segment
    return received


def encode_query(*headers: str, body: bytes = b'{"user_id": "test_user_001"}') -> bytes:
    """Encode a query for a user with more headers."""
    lines = [
        "POST /query/user HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(frozen=True)
class RawResponse:
    """A response; its headers by name in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """Decode the body."""
        decoded: dict[str, Any] = json.loads(self.body)
        return decoded


def split_responses(received: bytes) -> Iterator[RawResponse]:
    """Yield each response; all have a Content-Length."""
    while received:
        head, _, rest = received.partition(b"\r\n\r\n")
        status, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        length = int(headers.get("content-length", 0))
        yield RawResponse(int(status.split(" ")[1]), headers, rest[:length])
        received = rest[length:]
