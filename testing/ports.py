"""Free ports, for servers that must be told theirs."""

import socket
from contextlib import ExitStack


def find_ports(count: int) -> list[int]:
    """Find free ports of 127.0.0.1, all different."""
    with ExitStack() as probes:
        found = [probes.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [probe.getsockname()[1] for probe in found]
