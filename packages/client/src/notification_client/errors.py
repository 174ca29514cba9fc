"""The errors of the client. None of them holds content of a request or of a notification."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final


class NotificationClientError(Exception):
    """Root of all errors of the client."""


class ConnectionFailedError(NotificationClientError):
    """No whole response arrived: no connection, it was lost, or a time limit is over."""


class InvalidResponseError(NotificationClientError):
    """A successful response is not one of the API: perhaps the URL is another server's."""


class CredentialsError(NotificationClientError):
    """A request could not be signed: no AWS credentials were found, or they could not be read."""


@dataclass(frozen=True, slots=True)
class RequestFault:
    """One fault of a request.

    Attributes:
        pointer: JSON pointer (RFC 6901) to the field, such as `/status/3`.
        detail: the broken rule, never the value.
    """

    pointer: str
    detail: str


class ProblemError(NotificationClientError):
    """The service, or a gateway or proxy in front of it, refused a request or failed.

    Source: https://www.rfc-editor.org/rfc/rfc9457

    Attributes:
        type: identifies the type of problem, such as `/problems/invalid-request`; `about:blank` for
            a response that is no problem of the API.
        title: of the type of problem.
        status: of HTTP.
        detail: what to do about it.
        request_id: correlates the request with the service's logs, if the response names one.
        errors: the faults of the request; only a 400 has them.
        retry_after_s: seconds after which the service allows the same request, if it says so.
    """

    def __init__(
        self,
        type_: str,
        title: str,
        status: int,
        detail: str,
        request_id: str | None = None,
        errors: Sequence[RequestFault] = (),
        retry_after_s: float | None = None,
    ) -> None:
        # All of them, in order: an exception is pickled as its class and these.
        super().__init__(type_, title, status, detail, request_id, errors, retry_after_s)
        self.type = type_
        self.title = title
        self.status = status
        self.detail = detail
        self.request_id = request_id
        self.errors = tuple(errors)
        self.retry_after_s = retry_after_s

    def __str__(self) -> str:
        faults = "".join(f"; {each.pointer or '/'}: {each.detail}" for each in self.errors)
        request = f" (request {self.request_id})" if self.request_id else ""
        return f"{self.status} {self.title}: {self.detail}{faults}{request}"


class InvalidRequestError(ProblemError):
    """The service refused a request; `errors` says which filter is wrong, and why."""


class InvalidCursorError(InvalidRequestError):
    """A cursor is not one of the service."""


class ForbiddenError(ProblemError):
    """This caller may not use the API."""


class NotFoundError(ProblemError):
    """There is no such endpoint: the URL is wrong, or the service is older than the client."""


class RateLimitedError(ProblemError):
    """More requests arrive than the API's limit."""


class UnavailableError(ProblemError):
    """The service, or its read model, is overloaded or down."""


class DeadlineExceededError(ProblemError):
    """The service had no result in time."""


class InternalError(ProblemError):
    """The service has a bug; its log has the `request_id`."""


_BY_TYPE: Final[Mapping[str, type[ProblemError]]] = {"invalid-cursor": InvalidCursorError}
_BY_STATUS: Final[Mapping[int, type[ProblemError]]] = {
    400: InvalidRequestError,
    401: ForbiddenError,
    403: ForbiddenError,
    404: NotFoundError,
    405: NotFoundError,
    413: InvalidRequestError,
    415: InvalidRequestError,
    429: RateLimitedError,
    431: InvalidRequestError,
    500: InternalError,
    502: UnavailableError,
    503: UnavailableError,
    504: DeadlineExceededError,
}


def find_problem_class(type_: str, status: int) -> type[ProblemError]:
    """Find the exception of a type of problem; an unknown one has that of its status."""
    name = type_.rpartition("/")[2]
    return _BY_TYPE.get(name) or _BY_STATUS.get(status, ProblemError)
