"""Ports on 127.0.0.1, claimed or checked before anything starts on them."""

import random
import socket
import sys
from contextlib import suppress
from typing import Final

from local_stack.exceptions import PortTakenError

HOST: Final = "127.0.0.1"

# Below the ports that Linux, macOS and Windows take for outgoing connections and for "any free
# port": one of those could be taken before the process claims it.
_UNCLAIMED: Final = range(20_000, 32_768)


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
    for candidate in [port] if port else random.sample(_UNCLAIMED, len(_UNCLAIMED)):
        with suppress(PortTakenError):
            listen(candidate, option=option).close()
            return candidate
    raise PortTakenError(port, option)
