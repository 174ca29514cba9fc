"""The OpenAPI document, served at /openapi.json.

Litestar's own would lack the problems with their headers and the bodies that routes read over plain
ASGI. Tests hold the document to the routes, fuzzing holds it to their responses.
"""

import json
from functools import cache
from importlib.metadata import version
from typing import Any, Final

from query_api.http.requests.queries import (
    FailRequest,
    MarketingRequest,
    QueryRequest,
    TransactionRequest,
    UserRequest,
)
from query_api.openapi.responses import (
    EXAMPLE_RECORD,
    create_headers,
    create_responses,
    describe_response,
)
from query_api.openapi.schemas import create_schemas, refer
from query_api.openapi.summaries import describe_summaries

_INTRODUCTION: Final = """\
What did a user receive, what did a campaign send, why did a transaction fail, what failed lately?
The read model follows the senders' records within about a second.

Queries are POST only, because ids in a URL end up in access logs. Rows come newest first, in pages:
while `next_cursor` is not null, repeat the request with it as `cursor`. A page may hold fewer rows
than `limit`, even none, and still have a next one. Rows that cannot be read are left out and
counted in `message`. `total_count` is the rows of one response, not of all pages.

A filter is one value or a list of up to 10. Known statuses and platforms match in any case; if a
filter has values that are not known ones, `message` names those that are. A time is an integer in
milliseconds since the epoch, or a text of RFC 3339 with its offset.

A body has each field at most once and no `Content-Encoding`.

A path has one spelling: another one, such as with a slash at its end, is not found. Every GET also
answers HEAD, with the same headers.

Every response has an `X-Request-Id`: the caller's own if it is well-formed, otherwise a new one.
Every error is a problem (RFC 9457), also an unknown path (404) or another method (405).
"""
_TAGS: Final = {
    "queries": "Notifications by user, campaign or transaction, and the latest failures.",
    "summaries": "Counts of the same notifications.",
    "legacy": "Paths of the replaced service. They redirect to `/query/fail` and will be removed.",
    "health": "For load balancers and people on call.",
}
# Of any request.
_SERVER_PROBLEMS: Final = {
    "400": "BadRequest",
    "408": "Problem408",
    "413": "Problem413",
    "431": "Problem431",
    "500": "Problem500",
}
_QUERY_PROBLEMS: Final = {
    str(each): f"Problem{each}" for each in (400, 408, 413, 415, 431, 500, 503, 504)
}
_ANY_PAGE: Final = {
    "limit": 50,
    "created_from": "2024-01-01T08:00:00+08:00",
    "platform": ["IOS", "ANDROID"],
}
_LATEST_FAILURES: Final = {"ap_id": "mobile-app-001"}


@cache
def encode_description() -> bytes:
    """Encode the document as JSON."""
    return json.dumps(create_description(), ensure_ascii=False).encode()


def create_description() -> dict[str, Any]:
    """Create the document; its server is relative to its own address."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Query Service",
            "version": version("query-api"),
            "description": _INTRODUCTION,
        },
        "servers": [{"url": ".", "description": "relative to this document"}],
        "tags": [{"name": name, "description": text} for name, text in _TAGS.items()],
        "paths": _create_paths(),
        "components": {
            "schemas": create_schemas(),
            "responses": create_responses(),
            "headers": create_headers(),
        },
    }


def _create_paths() -> dict[str, Any]:
    return {
        "/query/user": _describe_query(UserRequest, "queryUser", "user_id"),
        "/query/marketing": _describe_query(MarketingRequest, "queryMarketing", "marketing_id"),
        "/query/fail": _describe_query(
            FailRequest,
            "queryFail",
            "transaction_id",
            description="Failed notifications of one `transaction_id`, or of all applications.",
            examples={"the latest failures of one application": _LATEST_FAILURES},
        ),
        "/query/transaction": _describe_query(
            TransactionRequest, "queryTransaction", "transaction_id"
        ),
        **describe_summaries(_refer_problems(_QUERY_PROBLEMS)),
        "/query/failure": _describe_legacy("queryFailure"),
        "/query/failures": _describe_legacy("queryFailures"),
        "/query/failed": _describe_legacy("queryFailed"),
        "/failed": _describe_legacy("failed"),
        "/health": _describe_health(
            "getHealth",
            "Is the process alive?",
            "Succeeds while the process runs; checks no dependency.",
            status="ok",
            problems=_SERVER_PROBLEMS,
        ),
        "/health/ready": _describe_health(
            "getReadiness",
            "Is the service ready for queries?",
            "Queries the read model, with the permissions of a query.",
            status="ready",
            problems={**_SERVER_PROBLEMS, "503": "NotReady", "504": "Problem504"},
        ),
    }


def _describe_query(
    model: type[QueryRequest],
    operation_id: str,
    id_name: str,
    *,
    description: str | None = None,
    examples: dict[str, Any] | None = None,
) -> dict[str, Any]:
    plain = {id_name: getattr(EXAMPLE_RECORD, id_name)}
    body = {
        "schema": refer("schemas", model.__name__),
        "examples": {
            "the newest rows": {"value": plain},
            "filtered rows": {"value": plain | _ANY_PAGE},
            **{name: {"value": value} for name, value in (examples or {}).items()},
        },
    }
    return {
        "post": {
            "operationId": operation_id,
            "tags": ["queries"],
            "summary": model.__doc__,
            "description": description or f"Notifications of one `{id_name}`, newest first.",
            "requestBody": {"required": True, "content": {"application/json": body}},
            "responses": {"200": refer("responses", "Answer"), **_refer_problems(_QUERY_PROBLEMS)},
        }
    }


def _describe_legacy(operation_id: str) -> dict[str, Any]:
    body = {"schema": {}, "example": {"transaction_id": EXAMPLE_RECORD.transaction_id}}
    return {
        "post": {
            "operationId": operation_id,
            "tags": ["legacy"],
            "summary": "Moved to /query/fail.",
            "description": "Redirects without validating the body.",
            "deprecated": True,
            "requestBody": {"content": {"application/json": body}},
            "responses": {"308": refer("responses", "Moved"), **_refer_problems(_SERVER_PROBLEMS)},
        }
    }


def _describe_health(
    operation_id: str, summary: str, description: str, *, status: str, problems: dict[str, str]
) -> dict[str, Any]:
    schema = {
        "type": "object",
        "required": ["status"],
        "properties": {"status": {"type": "string", "const": status}},
    }
    response = describe_response("Success.", {"application/json": {"schema": schema}})
    return {
        "get": {
            "operationId": operation_id,
            "tags": ["health"],
            "summary": summary,
            "description": description,
            "responses": {"200": response, **_refer_problems(problems)},
        }
    }


def _refer_problems(names: dict[str, str]) -> dict[str, Any]:
    return {status: refer("responses", name) for status, name in names.items()}
