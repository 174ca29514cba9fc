"""The errors of the query API. None of them knows HTTP; `http.problems` maps them to it.

No text holds a value from a request or a row, which may be personal data.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from msgspec import Meta

from notification_models import NotificationsError


class QueryApiError(NotificationsError):
    """Root of the query API's own errors."""


class InvalidSettingsError(QueryApiError):
    """A setting keeps the service from starting.

    Attributes:
        setting: the environment variable or AWS setting to correct.
        reason: why it is invalid.
    """

    def __init__(self, setting: str, reason: str) -> None:
        super().__init__(f"{setting}: {reason}")
        self.setting = setting
        self.reason = reason


# Public: its OpenAPI schema follows from these fields.
@dataclass(frozen=True, slots=True)
class RequestFault:
    """One fault of a request body."""

    pointer: Annotated[
        str, Meta(description="JSON pointer (RFC 6901) to the value; empty for the whole body.")
    ]
    detail: Annotated[str, Meta(description="The broken rule, never the value.")]


class UnsupportedMediaTypeError(QueryApiError):
    """The content type of a request body is not JSON."""


class UnsupportedContentEncodingError(QueryApiError):
    """A request body is compressed or encoded otherwise."""


class OverloadedError(QueryApiError):
    """As many requests are in flight as the service can finish in time."""


class BodyTooLargeError(QueryApiError):
    """A request body has more bytes than any query needs."""

    max_bytes: ClassVar = 16 * 1024


class HeadTooLargeError(QueryApiError):
    """The request line and headers have more bytes than any client needs.

    A load balancer with sign-in adds claims and tokens to its session's cookies: 15 KB for the
    11 KB of claims that it accepts, in base64, and up to 16 KB of cookies. This is the most that it
    passes on at all: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
    """

    max_bytes: ClassVar = 64 * 1024


class RequestTimeoutError(QueryApiError):
    """A request did not arrive in time."""


class InvalidRequestError(QueryApiError):
    """A request body is not a valid query.

    Attributes:
        faults: in the order of the fields.
    """

    def __init__(self, faults: tuple[RequestFault, ...]) -> None:
        super().__init__(f"{len(faults)} faults in a request")
        self.faults = faults


class MalformedBodyError(InvalidRequestError):
    """A request body is missing, incomplete or not JSON."""


class InvalidCursorError(InvalidRequestError):
    """A cursor is not one of this service."""

    def __init__(self, reason: str) -> None:
        super().__init__((RequestFault("/cursor", reason),))


class InvalidQueryEventError(QueryApiError):
    """An event of the query Lambda is not a query."""

    def __init__(self) -> None:
        super().__init__("the event is not a query of the query API")


class ReadModelError(QueryApiError):
    """A query of the read model failed."""


class ThrottledError(ReadModelError):
    """The read model throttles; the same query may succeed later."""


class UnavailableError(ReadModelError):
    """The read model is unreachable or fails; the same query may succeed later."""


class DeadlineExceededError(ReadModelError):
    """A query took too long; the same query may succeed later."""


class RefusedError(ReadModelError):
    """The read model refuses a query: no such table, no permission, an invalid request.

    Attributes:
        code: AWS's name of the reason, such as `ResourceNotFoundException`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(f"the read model refused: {code}")
        self.code = code


class NotReadyError(RefusedError):
    """The read model refuses every query of this service, until somebody corrects the cause."""
