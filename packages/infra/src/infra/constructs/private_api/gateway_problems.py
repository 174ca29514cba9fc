"""The gateway's own error responses: problem details (RFC 9457), as the service returns them.

A gateway response may hold values of `$context` but no logic.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
"""

import json
from dataclasses import dataclass
from typing import Final

from aws_cdk import aws_apigateway as apigateway

_Type = apigateway.ResponseType


@dataclass(frozen=True, slots=True)
class GatewayProblem:
    """One type of error.

    Attributes:
        name: last part of the problem's `type`; the same as the service's for the same problem.
        retry_after_s: seconds after which the same request may succeed; None if it will not.
    """

    kind: apigateway.ResponseType
    status: int
    name: str
    title: str
    detail: str
    retry_after_s: int | None = None


PROBLEMS: Final = (
    GatewayProblem(
        _Type.BAD_REQUEST_BODY,
        400,
        "invalid-request",
        "Invalid request",
        "The body must be a JSON object with the id that the query requires; see openapi.json.",
    ),
    GatewayProblem(
        _Type.BAD_REQUEST_PARAMETERS,
        400,
        "invalid-request",
        "Invalid request",
        "The query string must have the id that the query requires; see openapi.json.",
    ),
    GatewayProblem(
        _Type.ACCESS_DENIED, 403, "forbidden", "Forbidden", "This caller may not use this API."
    ),
    GatewayProblem(
        _Type.REQUEST_TOO_LARGE, 413, "body-too-large", "Body too large", "Send a smaller body."
    ),
    GatewayProblem(
        _Type.UNSUPPORTED_MEDIA_TYPE,
        415,
        "unsupported-media-type",
        "Unsupported media type",
        "Send application/json.",
    ),
    GatewayProblem(_Type.THROTTLED, 429, "rate-limited", "Rate limited", "Send fewer requests.", 1),
    GatewayProblem(
        _Type.INTEGRATION_FAILURE,
        502,
        "unreachable",
        "Service unreachable",
        "The gateway got no response from the service.",
        1,
    ),
    GatewayProblem(
        _Type.INTEGRATION_TIMEOUT,
        504,
        "deadline-exceeded",
        "Deadline exceeded",
        "There was no response in time. Retry.",
    ),
)

# Without IAM authorization. With it, the gateway uses the same type for an unsigned request.
NOT_FOUND: Final = GatewayProblem(
    _Type.MISSING_AUTHENTICATION_TOKEN,
    404,
    "not-found",
    "Not found",
    "There is nothing at this path; see openapi.json.",
)

# With IAM authorization.
UNSIGNED: Final = (
    GatewayProblem(
        _Type.MISSING_AUTHENTICATION_TOKEN,
        403,
        "forbidden",
        "Forbidden",
        "Sign the request with AWS Signature Version 4 for the service execute-api. An unknown "
        "path has the same response; see openapi.json.",
    ),
    GatewayProblem(
        _Type.INVALID_SIGNATURE,
        403,
        "forbidden",
        "Forbidden",
        "The signature is not valid for this request: check region, service, clock and secret key.",
    ),
    GatewayProblem(
        _Type.EXPIRED_TOKEN,
        403,
        "forbidden",
        "Forbidden",
        "The credentials of the signature have expired.",
    ),
)


def add_gateway_problem(api: apigateway.RestApi, problem: GatewayProblem) -> None:
    """Return problem details for one type of error."""
    headers = {"Content-Type": "'application/problem+json'"}
    if problem.retry_after_s is not None:
        headers["Retry-After"] = f"'{problem.retry_after_s}'"
    api.add_gateway_response(
        f"Problem{problem.kind.response_type}",
        type=problem.kind,
        status_code=str(problem.status),
        response_headers=headers,
        templates={"application/json": _encode(problem)},
    )


def _encode(problem: GatewayProblem) -> str:
    content: dict[str, object] = {
        "type": f"/problems/{problem.name}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "request_id": "$context.requestId",
    }
    if problem.status == 400:  # noqa: PLR2004 - as the service does
        content["errors"] = [{"pointer": "", "detail": problem.detail}]
    return json.dumps(content)
