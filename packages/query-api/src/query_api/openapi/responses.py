"""The answers that the description of the API shares, with their headers and examples."""

from http import HTTPStatus
from typing import Any, Final

from litestar.exceptions import ClientException

from query_api.exceptions import NotReadyError
from query_api.http.problems import MEDIA_TYPE, PROBLEMS, Problem
from query_api.openapi.schemas import EXAMPLE_RECORD, refer

# No operation's: they are what is answered where there is none.
_STATUSES_OF_NO_OPERATION: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED})
_HEADERS: Final = {
    "X-Request-Id": (
        "By which caller and log mean the same request.",
        {"type": "string", "minLength": 1, "maxLength": 128},
    ),
    "Retry-After": (
        "Seconds after which the same request may succeed.",
        {"type": "integer", "minimum": 1},
    ),
    "Location": (
        "Relative to the path that was asked.",
        {"type": "string", "format": "uri-reference"},
    ),
    "Deprecation": ("Since when, as RFC 9745 writes it.", {"type": "string"}),
    "Link": ("What to use instead.", {"type": "string"}),
}
_EXAMPLE_ANSWER: Final = {
    "success": True,
    "data": [EXAMPLE_RECORD],
    "message": "1 notification",
    "total_count": 1,
    "next_cursor": None,
}
_EXAMPLE_FAULTS: Final = {
    "malformed-body": [{"pointer": "", "detail": "The body is empty"}],
    "invalid-request": [{"pointer": "/user", "detail": "Unknown field"}],
    "invalid-cursor": [{"pointer": "/cursor", "detail": "is not a cursor of this service"}],
    "bad-request": [],
}
_EXAMPLE_REQUEST_ID: Final = "5f0c7c6e-6a3c-4f0e-9d8e-0f4b1d0c8a11"


def create_responses() -> dict[str, Any]:
    """Make all answers: `Answer`, `Moved`, and one for problems of each status.

    `Problem<status>` has all that a query can meet; `BadRequest` and `NotReady` have those of
    operations that read no body, and of the one that asks whether queries are possible at all.
    """
    answer = {"schema": refer("schemas", "QueryAnswer"), "example": _EXAMPLE_ANSWER}
    not_ready = PROBLEMS[NotReadyError]
    queries = [each for each in PROBLEMS.values() if each is not not_ready]
    statuses = {each.status for each in queries} - _STATUSES_OF_NO_OPERATION
    return {
        "Answer": describe_response("What was found.", {"application/json": answer}),
        "Moved": describe_response(
            "Ask the same, with the same method, there.", None, "Location", "Deprecation", "Link"
        ),
        **{
            f"Problem{status}": _describe_problems([p for p in queries if p.status == status])
            for status in sorted(statuses)
        },
        "BadRequest": _describe_problems([PROBLEMS[ClientException]]),
        "NotReady": _describe_problems(
            [each for each in PROBLEMS.values() if each.status == not_ready.status]
        ),
    }


def create_headers() -> dict[str, Any]:
    """Make all headers."""
    return {
        name: {"description": description, "required": True, "schema": schema}
        for name, (description, schema) in _HEADERS.items()
    }


def describe_response(
    description: str, content: dict[str, Any] | None, *headers: str
) -> dict[str, Any]:
    """Make an answer, which has the request's id whatever it is."""
    return {
        "description": description,
        "headers": {name: refer("headers", name) for name in ("X-Request-Id", *headers)},
        **({"content": content} if content else {}),
    }


def _describe_problems(problems: list[Problem]) -> dict[str, Any]:
    """Make the answer that is one of these problems, which have one status."""
    is_bad_request = problems[0].status == HTTPStatus.BAD_REQUEST
    content = {
        "schema": refer("schemas", "BadRequestProblem" if is_bad_request else "Problem"),
        "examples": {each.name: {"value": _show(each)} for each in problems},
    }
    headers = ["Retry-After"] if all(each.retry_after_s for each in problems) else []
    description = ", or ".join(each.title.lower() for each in problems).capitalize()
    return describe_response(f"{description}.", {MEDIA_TYPE: content}, *headers)


def _show(problem: Problem) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "type": f"/problems/{problem.name}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "request_id": _EXAMPLE_REQUEST_ID,
    }
    if problem.status == HTTPStatus.BAD_REQUEST:
        shown["errors"] = _EXAMPLE_FAULTS[problem.name]
    return shown
