"""A request, and the phases in which it arrives."""

from enum import Enum

from litestar.types import HTTPScope


class Phase(Enum):
    """What a connection waits for; the value is how long, in seconds.

    Between requests that is longer than the idle timeout of an AWS load balancer (60 s): if the
    service closed first, the load balancer would send a request into a closing connection and
    respond with 502.
    """

    REQUEST = 75.0
    HEAD = 10.0
    BODY = 5.0


class Request:
    """A request for the application.

    Attributes:
        is_last: the connection ends after the response.
        is_refused: it was not read to its end, nor is anything after it.
    """

    __slots__ = ("body", "is_last", "is_refused", "scope")

    def __init__(self, scope: HTTPScope, body: bytes, *, is_last: bool, is_refused: bool) -> None:
        self.scope = scope
        self.body = body
        self.is_last = is_last
        self.is_refused = is_refused
