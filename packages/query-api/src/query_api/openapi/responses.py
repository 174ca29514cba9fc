"""The shared responses, with their headers and examples."""

from http import HTTPStatus
from typing import Any, Final

import msgspec
from litestar.exceptions import ClientException

from query_api.exceptions import NotReadyError, RequestFault, UnsupportedContentEncodingError
from query_api.http.problems import MEDIA_TYPE, PROBLEMS, ProblemType, create_problem
from query_api.http.responses import create_answer
from query_api.http.summary_responses import create_summary
from query_api.openapi.schemas import refer
from query_api.read_model.notification import Notification
from query_api.read_model.port import CountQuery, Counts, Page, Selection
from query_api.read_model.queries import user_query

# 404 and 405 occur only where there is no operation.
_STATUSES_OF_NO_OPERATION: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED})
_HEADERS: Final = {
    "X-Request-Id": (
        "Correlates this request with the service's logs.",
        {"type": "string", "minLength": 1, "maxLength": 128},
    ),
    "Retry-After": (
        "Seconds after which the same request may succeed.",
        {"type": "integer", "minimum": 1},
    ),
    "Accept-Encoding": (
        "The only encoding of bodies; only if the body had another one.",
        {"type": "string", "const": "identity"},
    ),
    "Location": (
        "Relative to the path of the request.",
        {"type": "string", "format": "uri-reference"},
    ),
    "Deprecation": ("Time of the deprecation (RFC 9745).", {"type": "string"}),
    "Link": ("The path to use instead.", {"type": "string"}),
}
_OPTIONAL_HEADERS: Final = frozenset({"Accept-Encoding"})
EXAMPLE_RECORD: Final = Notification(
    user_id="test_user_001",
    transaction_id="tx_001",
    created_at=1_704_067_200_000,
    marketing_id="campaign_2024_new_year",
    notification_title="新年快樂 🎉",
    status="FAILED",
    platform="IOS",
    error_msg="Token expired",
    ap_id="mobile-app-001",
    retry_cnt=3,
    sns_id="5e1f6a0e-8f1c-5a52-9d2e-3a1b7c9d0e4f",
    send_ts=1_704_067_200_120,
    failed_ts=1_704_067_201_480,
)
_EXAMPLE_QUERY: Final = user_query(EXAMPLE_RECORD.user_id, Selection(limit=10))
_EXAMPLE_PAGE: Final = Page((EXAMPLE_RECORD,), None)
_EXAMPLE_COUNT_QUERY: Final = CountQuery(
    rows=_EXAMPLE_QUERY, by=("status", "ap_id", "hour"), time_zone="Asia/Taipei"
)
_EXAMPLE_COUNTS: Final = Counts(
    groups=(
        (("DELIVERED", "mobile-app-001", "2024-01-01T08:00+08:00"), 1204),
        (("FAILED", "mobile-app-001", "2024-01-01T08:00+08:00"), 31),
        (("FAILED", None, "2024-01-01T09:00+08:00"), 2),
    ),
    other=0,
    counted=1237,
    first_created_at=EXAMPLE_RECORD.created_at,
    last_created_at=EXAMPLE_RECORD.created_at + 3_650_000,
    next_position=None,
)
_EXAMPLE_FAULTS: Final = {
    "malformed-body": RequestFault("", "The body is empty"),
    "invalid-request": RequestFault("/user", "Unknown field"),
    "invalid-cursor": RequestFault("/cursor", "Not a cursor of this service"),
}
_EXAMPLE_REQUEST_ID: Final = "5f0c7c6e-6a3c-4f0e-9d8e-0f4b1d0c8a11"


def create_responses() -> dict[str, Any]:
    """Create all responses, by name.

    `Problem<status>` has every problem of a query with this status. `BadRequest` is for operations
    that read no body, `NotReady` for readiness.
    """
    answer = {
        "schema": refer("schemas", "QueryAnswer"),
        "example": msgspec.to_builtins(create_answer(_EXAMPLE_PAGE, _EXAMPLE_QUERY)),
    }
    summary = {
        "schema": refer("schemas", "SummaryAnswer"),
        "example": msgspec.to_builtins(create_summary(_EXAMPLE_COUNTS, _EXAMPLE_COUNT_QUERY)),
    }
    not_ready = PROBLEMS[NotReadyError]
    queries = [each for each in PROBLEMS.values() if each is not not_ready]
    statuses = {each.status for each in queries} - _STATUSES_OF_NO_OPERATION
    return {
        "Answer": describe_response("The notifications found.", {"application/json": answer}),
        "Summary": describe_response("The counts.", {"application/json": summary}),
        "Moved": describe_response(
            "Repeat the request, with the same method, at `Location`.",
            None,
            "Location",
            "Deprecation",
            "Link",
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
    """Create all headers, by name."""
    return {
        name: {
            "description": description,
            "required": name not in _OPTIONAL_HEADERS,
            "schema": schema,
        }
        for name, (description, schema) in _HEADERS.items()
    }


def describe_response(
    description: str, content: dict[str, Any] | None, *headers: str
) -> dict[str, Any]:
    """Describe a response; each has the header `X-Request-Id`."""
    return {
        "description": description,
        "headers": {name: refer("headers", name) for name in ("X-Request-Id", *headers)},
        **({"content": content} if content else {}),
    }


def _describe_problems(problems: list[ProblemType]) -> dict[str, Any]:
    """Describe the response that is one of these problems, which share a status."""
    is_bad_request = problems[0].status == HTTPStatus.BAD_REQUEST
    content = {
        "schema": refer("schemas", "BadRequestProblem" if is_bad_request else "Problem"),
        "examples": {each.name: {"value": _create_example(each)} for each in problems},
    }
    headers = ["Retry-After"] if all(each.retry_after_s for each in problems) else []
    if PROBLEMS[UnsupportedContentEncodingError] in problems:
        headers.append("Accept-Encoding")
    description = ", or ".join(each.title.lower() for each in problems).capitalize()
    return describe_response(f"{description}.", {MEDIA_TYPE: content}, *headers)


def _create_example(problem: ProblemType) -> dict[str, Any]:
    fault = _EXAMPLE_FAULTS.get(problem.name)
    example: dict[str, Any] = msgspec.to_builtins(
        create_problem(problem, _EXAMPLE_REQUEST_ID, [fault] if fault else [])
    )
    return example
