"""`python -I -m query_api.healthcheck`: is the service in this container alive?

For a container's health check, which has no curl to run. It is run every few seconds on the
service's own fraction of a CPU, so it imports next to nothing: with `http.client` it would cost
three times as much, with `socket` a third more.
"""

import _socket
import os
import sys

_TIMEOUT_S = 2.0
_DEFAULT_PORT = "8000"
_REQUEST = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
_HEALTHY = b"HTTP/1.1 200 "


def is_healthy(port: int) -> bool:
    """Ask the service on this port of the loopback interface.

    Raises:
        OSError: it cannot be reached or does not answer in time.
    """
    connection = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    try:
        connection.settimeout(_TIMEOUT_S)
        connection.connect(("127.0.0.1", port))
        connection.send(_REQUEST)
        return connection.recv(len(_HEALTHY)) == _HEALTHY
    finally:
        connection.close()


def main() -> int:
    """Tell by the exit status: 0 if healthy, else 1."""
    try:
        return 0 if is_healthy(int(os.environ.get("QUERY_PORT", _DEFAULT_PORT))) else 1
    except OSError as error:
        sys.stderr.write(f"{error}\n")  # the container's health log keeps it
        return 1


if __name__ == "__main__":
    sys.exit(main())
