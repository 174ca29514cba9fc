"""`python -I -m query_api.healthcheck`: the container's health check.

The image has no curl. The check runs every few seconds on the service's fraction of a CPU, so it
imports little: `http.client` would more than double its cost.
"""

import os
import socket
import sys

_TIMEOUT_S = 8.0
DEFAULT_PORT = 8000
_REQUEST = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
_HEALTHY = b"HTTP/1.1 200 "


def is_healthy(port: int) -> bool:
    """Return whether the service on this port of the loopback interface is healthy.

    Raises:
        OSError: it cannot be reached or does not respond in time.
    """
    with socket.create_connection(("127.0.0.1", port), _TIMEOUT_S) as connection:
        connection.sendall(_REQUEST)
        return connection.recv(len(_HEALTHY)) == _HEALTHY


def main() -> int:
    """Return the exit status: 0 if healthy, else 1."""
    try:
        return 0 if is_healthy(int(os.environ.get("QUERY_PORT", DEFAULT_PORT))) else 1
    except OSError as error:
        sys.stderr.write(f"{error}\n")  # the container's health log keeps it
        return 1


if __name__ == "__main__":
    sys.exit(main())
