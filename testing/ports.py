"""Free ports, for servers that must be told theirs."""

import random
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from itertools import islice
from typing import Final

# Below the ports that Linux, macOS and Windows take for outgoing connections and for "any free
# port": one of those could be taken before the server listens on it.
_PORTS: Final = range(20_000, 32_768)


def find_ports(count: int) -> list[int]:
    """Find free ports of 127.0.0.1, all different."""
    with ExitStack() as probes:
        return list(islice(_find_free_ports(probes), count))


def _find_free_ports(probes: ExitStack) -> Iterator[int]:
    for port in random.sample(_PORTS, len(_PORTS)):
        with suppress(OSError):
            probes.enter_context(socket.create_server(("127.0.0.1", port)))
            yield port
