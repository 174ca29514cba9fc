"""Ports on 127.0.0.1, claimed or checked before anything starts on them."""

import socket
import sys
from typing import Final

from local_stack.exceptions import PortTakenError

HOST: Final = "127.0.0.1"


def listen(port: int, *, option: str) -> socket.socket:
    """Claim a port by listening on it.

    Args:
        port: 0 for any free one.
        option: the command-line option of this port, for the error's text.

    Raises:
        PortTakenError: another process listens there.
    """
    listener = socket.socket()
    if sys.platform != "win32":
        # Otherwise connections of the previous run block the port for a minute. (On Windows, this
        # option would share the port with another listener.)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except OSError:
        listener.close()
        raise PortTakenError(port, option) from None
    return listener


def find_port(port: int, *, option: str) -> int:
    """Check that a port is free for a process that will claim it itself.

    Args:
        port: 0 to find any free one.
        option: the command-line option of this port, for the error's text.

    Raises:
        PortTakenError: another process listens there.
    """
    with listen(port, option=option) as listener:
        found: int = listener.getsockname()[1]
    return found
