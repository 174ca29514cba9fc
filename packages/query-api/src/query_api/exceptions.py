"""What can go wrong in the query API. None of these knows HTTP; `problems` maps them to it.

No text of theirs holds a value that came with a request or from a row: it may be personal data.
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
        setting: the environment variable to correct, or what else has to be set.
        reason: what is wrong with it.
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
    """A request body is announced as something else than JSON."""


class OverloadedError(QueryApiError):
    """The service has as many requests as it can answer in time."""


class BodyTooLargeError(QueryApiError):
    """A request body has more bytes than any question needs."""

    max_bytes: ClassVar = 16 * 1024


class BodyTimeoutError(QueryApiError):
    """The rest of a request body did not come in time."""


class InvalidRequestError(QueryApiError):
    """A request body does not ask a valid question.

    Attributes:
        faults: all that is wrong with it, in the order of the fields.
    """

    def __init__(self, faults: tuple[RequestFault, ...]) -> None:
        super().__init__(f"{len(faults)} faults in a request")
        self.faults = faults


class MalformedBodyError(InvalidRequestError):
    """A request body is missing or is not JSON."""


class InvalidCursorError(InvalidRequestError):
    """A cursor was not made by this service."""

    def __init__(self, reason: str) -> None:
        super().__init__((RequestFault("/cursor", reason),))


class InvalidQueryEventError(QueryApiError):
    """An event given to the query Lambda is not a query."""

    def __init__(self) -> None:
        super().__init__("the event is not a query of the query API")


class ReadModelError(QueryApiError):
    """The read model gave no answer."""


class ThrottledError(ReadModelError):
    """The read model takes no more requests for now; the same query may succeed later."""


class UnavailableError(ReadModelError):
    """The read model cannot be reached or fails for now; the same query may succeed later."""


class DeadlineExceededError(ReadModelError):
    """There was no answer in time; the same query may succeed later."""


class RefusedError(ReadModelError):
    """The read model will not answer this service: no such table, no permission, a bad query.

    Attributes:
        code: its own name for the reason, such as `ResourceNotFoundException`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(f"the read model refused: {code}")
        self.code = code


class NotReadyError(RefusedError):
    """The read model would refuse every query of this service, as long as nobody corrects that."""
