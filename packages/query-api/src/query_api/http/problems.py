"""Maps errors to problem details, in one table.

Source: https://www.rfc-editor.org/rfc/rfc9457
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from traceback import extract_tb
from typing import Any, Final

import msgspec
from litestar import Request, Response
from litestar.exceptions import ClientException, MethodNotAllowedException, NotFoundException
from litestar.types import Scope, Send

from notification_models import NotificationsError
from query_api.exceptions import (
    BodyTooLargeError,
    DeadlineExceededError,
    HeadTooLargeError,
    InvalidCursorError,
    InvalidRequestError,
    MalformedBodyError,
    NotReadyError,
    OverloadedError,
    RequestFault,
    RequestTimeoutError,
    ThrottledError,
    UnavailableError,
    UnsupportedContentEncodingError,
    UnsupportedMediaTypeError,
)
from query_api.http.responses import BadRequestProblem, Problem
from query_api.observability.observation import get_observation

MEDIA_TYPE: Final = "application/problem+json"

_BAD_REQUEST_STATUS: Final = 400
_INTERNAL_STATUS: Final = 500

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProblemType:
    """The problem details of one type of error.

    Attributes:
        name: last part of the problem's `type`, which never changes.
        detail: what to do; never the text of an exception.
        retry_after_s: seconds after which the same request may succeed; None if unknown.
    """

    status: int
    name: str
    title: str
    detail: str
    retry_after_s: int | None = None


PROBLEMS: Final[Mapping[type[Exception], ProblemType]] = {
    MalformedBodyError: ProblemType(
        400, "malformed-body", "Malformed body", "The body must be one JSON object in UTF-8."
    ),
    InvalidRequestError: ProblemType(
        400, "invalid-request", "Invalid request", "See `errors` for what to correct in the body."
    ),
    InvalidCursorError: ProblemType(
        400,
        "invalid-cursor",
        "Invalid cursor",
        "Send a `next_cursor` unchanged, or omit `cursor` to start at the newest row.",
    ),
    ClientException: ProblemType(
        400, "bad-request", "Bad request", "The request line or a header is not valid HTTP."
    ),
    NotFoundException: ProblemType(
        404, "not-found", "Not found", "This path does not exist; see /openapi.json."
    ),
    MethodNotAllowedException: ProblemType(
        405, "method-not-allowed", "Method not allowed", "See the header Allow; queries are POST."
    ),
    RequestTimeoutError: ProblemType(
        408, "request-timeout", "Request timeout", "The request did not arrive in time."
    ),
    BodyTooLargeError: ProblemType(
        413,
        "body-too-large",
        "Body too large",
        f"A body has at most {BodyTooLargeError.max_bytes} bytes.",
    ),
    UnsupportedMediaTypeError: ProblemType(
        415, "unsupported-media-type", "Unsupported media type", "Send application/json."
    ),
    UnsupportedContentEncodingError: ProblemType(
        415,
        "unsupported-content-encoding",
        "Unsupported content encoding",
        "Send the body as it is, without Content-Encoding.",
    ),
    HeadTooLargeError: ProblemType(
        431,
        "head-too-large",
        "Head too large",
        f"Request line and headers have at most {HeadTooLargeError.max_bytes} bytes.",
    ),
    OverloadedError: ProblemType(
        503, "overloaded", "Overloaded", "Too many requests are in flight.", retry_after_s=1
    ),
    ThrottledError: ProblemType(
        503, "throttled", "Throttled", "The read model is overloaded.", retry_after_s=1
    ),
    UnavailableError: ProblemType(
        503, "unavailable", "Unavailable", "The read model is unreachable.", retry_after_s=1
    ),
    NotReadyError: ProblemType(
        503, "not-ready", "Not ready", "The read model refuses this service.", retry_after_s=10
    ),
    DeadlineExceededError: ProblemType(
        504, "deadline-exceeded", "Deadline exceeded", "The query took too long. Retry."
    ),
    Exception: ProblemType(
        _INTERNAL_STATUS,
        "internal-error",
        "Internal error",
        "The service failed. If it keeps failing, report the request_id.",
    ),
}


def create_problem(
    problem: ProblemType, request_id: str, faults: Sequence[RequestFault] = ()
) -> Problem:
    """Create the problem details of a response.

    Args:
        faults: what is wrong in the request's body; only a 400 has them.
    """
    shared: dict[str, Any] = {
        "type": f"/problems/{problem.name}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "request_id": request_id,
    }
    if problem.status == _BAD_REQUEST_STATUS:
        return BadRequestProblem(**shared, errors=faults)
    return Problem(**shared)


def create_error_response(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """Create the response to a request that ended in this error, and log it if it is a 5xx."""
    problem = _get_problem(error)
    observation = get_observation(request.scope)
    observation.outcome = problem.name
    if problem.status >= _INTERNAL_STATUS:
        _log(error, observation.request_id)
    return Response(
        content=create_problem(problem, observation.request_id, _get_faults(error)),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=_encode_headers(problem, error),
    )


async def send_problem(error: Exception, scope: Scope, send: Send) -> None:
    """Send the response to a refused request; it is not logged as an error."""
    problem = _get_problem(error)
    observation = get_observation(scope)
    observation.outcome = problem.name
    body = msgspec.json.encode(create_problem(problem, observation.request_id, _get_faults(error)))
    headers = {
        "Content-Type": MEDIA_TYPE,
        "Content-Length": str(len(body)),
        **_encode_headers(problem, error),
    }
    await send(
        {
            "type": "http.response.start",
            "status": problem.status,
            "headers": [(name.lower().encode(), text.encode()) for name, text in headers.items()],
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _get_problem(error: Exception) -> ProblemType:
    return next(PROBLEMS[kind] for kind in type(error).__mro__ if kind in PROBLEMS)


def _get_faults(error: Exception) -> Sequence[RequestFault]:
    return error.faults if isinstance(error, InvalidRequestError) else ()


def _encode_headers(problem: ProblemType, error: Exception) -> dict[str, str]:
    if problem.retry_after_s is not None:
        return {"Retry-After": str(problem.retry_after_s)}
    if isinstance(error, MethodNotAllowedException) and error.headers:
        return {"Allow": error.headers["allow"]}
    if isinstance(error, UnsupportedContentEncodingError):
        return {"Accept-Encoding": "identity"}
    return {}


def _log(error: Exception, request_id: str) -> None:
    """Log the error and its place, without values: foreign texts may hold personal data."""
    reason = str(error) if isinstance(error, NotificationsError) else ""
    cause = f"because of {type(error.__cause__).__name__}" if error.__cause__ else ""
    place = extract_tb(error.__traceback__)[-1]
    logger.error(
        "request %(request_id)s failed in %(where)s: %(error)s",
        {
            "request_id": request_id,
            "where": f"{place.name}:{place.lineno}",
            "error": " ".join(filter(None, (type(error).__name__, reason, cause))),
        },
    )
