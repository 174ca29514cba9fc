"""What the system holds of a response for a client, which a transport does not know."""

import socket
import struct
import sys
from asyncio import BaseTransport
from typing import Final

# By default the system takes megabytes that nobody reads. With a smaller buffer than this it would
# wait for acknowledgements that clients delay.
_SEND_BUFFER_BYTES: Final = 128 * 1024

_NO_LINGERING: Final = struct.pack("ii", 1, 0)


def limit_unread(transport: BaseTransport, timeout_s: float) -> None:
    """Bound what the system takes of responses, and on Linux for how long it may be unread."""
    connected = transport.get_extra_info("socket")
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
    if sys.platform == "linux":
        timeout_ms = int(timeout_s * 1000)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, timeout_ms)


def reset_on_close(transport: BaseTransport) -> None:
    """Let the system drop what it holds when the connection closes."""
    connected = transport.get_extra_info("socket")
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGERING)
