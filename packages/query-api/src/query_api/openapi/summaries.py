"""The description of summaries."""

from typing import Any, Final

from query_api.http.requests.summaries import (
    FailSummaryRequest,
    MarketingSummaryRequest,
    SummaryRequest,
    UserSummaryRequest,
)
from query_api.openapi.responses import EXAMPLE_RECORD
from query_api.openapi.schemas import refer

_BY: Final = {"by": ["status", "platform", "ap_id"]}
_BY_HOUR: Final = {
    "by": ["error_msg", "hour"],
    "time_zone": "Asia/Taipei",
    "created_from": "2024-01-01T08:00:00+08:00",
    "platform": ["IOS", "ANDROID"],
}
_DESCRIPTION: Final = (
    "Counts of the notifications that `{path}` returns, the largest group first. An answer counts "
    "what there is time for: while `next_cursor` is not null, repeat the request with it as "
    "`cursor`, and add the counts."
)


def describe_summaries(problems: dict[str, Any]) -> dict[str, Any]:
    """Describe all summaries, by their paths.

    Args:
        problems: the responses of a failed query, by their statuses.
    """
    user = {"user_id": EXAMPLE_RECORD.user_id}
    campaign = {"marketing_id": EXAMPLE_RECORD.marketing_id}
    transaction = {"transaction_id": EXAMPLE_RECORD.transaction_id}
    failures: dict[str, dict[str, Any]] = {
        "the reasons of a transaction's failures": transaction | {"by": ["error_msg"]},
        "the failures of a day by application and minute": {
            "by": ["ap_id", "error_msg", "minute"],
            "created_from": "2024-01-01T00:00:00Z",
            "created_to": "2024-01-02T00:00:00Z",
        },
    }
    return {
        "/query/user/summary": _describe(
            UserSummaryRequest,
            "summarizeUser",
            {"all": user, "by platform": user | {"by": ["platform"]}},
            problems,
        ),
        "/query/marketing/summary": _describe(
            MarketingSummaryRequest,
            "summarizeMarketing",
            {"by status, platform and application": campaign | _BY, "by hour": campaign | _BY_HOUR},
            problems,
        ),
        "/query/fail/summary": _describe(FailSummaryRequest, "summarizeFail", failures, problems),
    }


def _describe(
    model: type[SummaryRequest],
    operation_id: str,
    examples: dict[str, dict[str, Any]],
    problems: dict[str, Any],
) -> dict[str, Any]:
    body = {
        "schema": refer("schemas", model.__name__),
        "examples": {name: {"value": value} for name, value in examples.items()},
    }
    path = f"/query/{operation_id.removeprefix('summarize').lower()}"
    return {
        "post": {
            "operationId": operation_id,
            "tags": ["summaries"],
            "summary": model.__doc__,
            "description": _DESCRIPTION.format(path=path),
            "requestBody": {"required": True, "content": {"application/json": body}},
            "responses": {"200": refer("responses", "Summary"), **problems},
        }
    }
