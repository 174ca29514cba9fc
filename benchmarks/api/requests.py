"""What the load asks: what did this user receive, for one user after another."""

import time
from collections.abc import Iterator
from itertools import cycle, islice
from typing import Final

_USERS: Final = 1000


def make_requests(count: int) -> Iterator[bytes]:
    """Make so many requests."""
    return islice(cycle(_REQUESTS), count)


def make_requests_for(duration_s: float) -> Iterator[bytes]:
    """Make requests until the time is over, which begins with the first."""
    end_s = time.perf_counter() + duration_s
    for request in cycle(_REQUESTS):
        if time.perf_counter() >= end_s:
            return
        yield request


def _encode_request(user_id: str) -> bytes:
    """Make the request for what a user received."""
    body = f'{{"user_id": "{user_id}"}}'
    head = (
        "POST /query/user HTTP/1.1",
        "Host: 127.0.0.1",
        "User-Agent: benchmark",
        "Accept: application/json",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body.encode()


_REQUESTS: Final = [_encode_request(f"user_{number:06d}") for number in range(_USERS)]
