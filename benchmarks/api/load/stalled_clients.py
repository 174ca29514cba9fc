"""Clients that query long rows and never read a response."""

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from benchmarks.api.load.workload import (
    encode_request,
    make_query_response,
    respond_to_query,
)

CLIENTS: Final = 140

_PIPELINED: Final = 8
_ROWS: Final = 100
_TITLE: Final = "t" * 9_000  # DynamoDB's page of these rows is just below its 1 MB
_USER_ID: Final = "user_of_long_rows"
_RECEIVE_BUFFER_BYTES: Final = 4_096
_TIMEOUT_S: Final = 5
_PAUSE_S: Final = 0.05  # all at once, many would get the 504 of a busy service, which is short
_RECONNECT_PAUSE_S: Final = 0.1
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)

_REQUEST: Final = encode_request(json.dumps({"user_id": _USER_ID, "limit": _ROWS}))
_LONG_ROWS: Final = make_query_response(_USER_ID, _ROWS, (_TITLE,))


def respond_with_long_rows(request: bytes) -> bytes:
    """Return long rows for these clients, and the usual ones for others."""
    return _LONG_ROWS if _USER_ID.encode() in request else respond_to_query(request)


@contextmanager
def run_stalled_clients(port: int) -> Iterator[None]:
    """Connect the clients to a port of 127.0.0.1, and send their requests.

    A client that the service cuts off connects again, so that there are as many all the time. After
    the with block they are gone.
    """
    connections = []
    for _ in range(CLIENTS):
        connections.append(_connect(port))
        time.sleep(_PAUSE_S)
    is_over = threading.Event()
    replacing = threading.Thread(target=_replace_lost, args=(connections, port, is_over))
    replacing.start()
    try:
        yield
    finally:
        is_over.set()
        replacing.join()
        for connection in connections:
            connection.close()


def _replace_lost(connections: list[socket.socket], port: int, is_over: threading.Event) -> None:
    while not is_over.wait(_RECONNECT_PAUSE_S):
        for place, connection in enumerate(connections):
            if connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                connection.close()
                connections[place] = _connect(port)
                break


def _connect(port: int) -> socket.socket:
    connection = socket.socket()
    connection.settimeout(_TIMEOUT_S)
    # Before connecting: the window is agreed on then.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER_BYTES)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    connection.connect(("127.0.0.1", port))
    connection.sendall(_REQUEST * _PIPELINED)
    return connection
