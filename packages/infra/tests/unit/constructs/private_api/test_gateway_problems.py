"""The gateway's own error responses."""

import json
import re
from pathlib import Path

API_README = Path(__file__).parents[6] / "packages" / "query-api" / "README.md"


def list_responses(deployed):
    return {
        each["ResponseType"]: each for each in deployed.find("ApiGateway::GatewayResponse").values()
    }


def test_every_response_is_problem_details_with_the_request_id(either):
    responses = list_responses(either)

    assert responses
    for response in responses.values():
        problem = json.loads(response["ResponseTemplates"]["application/json"])
        assert problem["type"].startswith("/problems/")
        assert problem["status"] == int(response["StatusCode"])
        assert problem["title"]
        assert problem["detail"]
        assert problem["request_id"] == "$context.requestId"
        assert (
            response["ResponseParameters"]["gatewayresponse.header.Content-Type"]
            == "'application/problem+json'"
        )


def test_the_statuses_are_those_of_the_service(either):
    responses = list_responses(either)
    statuses = {kind: response["StatusCode"] for kind, response in responses.items()}

    assert statuses["BAD_REQUEST_BODY"] == "400"
    assert statuses["BAD_REQUEST_PARAMETERS"] == "400"
    assert statuses["REQUEST_TOO_LARGE"] == "413"
    assert statuses["UNSUPPORTED_MEDIA_TYPE"] == "415"
    assert statuses["THROTTLED"] == "429"
    assert statuses["INTEGRATION_FAILURE"] == "502"
    assert statuses["INTEGRATION_TIMEOUT"] == "504"


def test_a_throttled_request_gets_retry_after(default):
    headers = list_responses(default)["THROTTLED"]["ResponseParameters"]

    assert headers["gatewayresponse.header.Retry-After"] == "'1'"


def test_without_iam_authorization_an_unknown_path_is_not_found(special):
    assert list_responses(special)["MISSING_AUTHENTICATION_TOKEN"]["StatusCode"] == "404"


def test_a_request_without_a_valid_signature_is_forbidden(default):
    responses = list_responses(default)

    for kind in ("MISSING_AUTHENTICATION_TOKEN", "INVALID_SIGNATURE", "EXPIRED_TOKEN"):
        problem = json.loads(responses[kind]["ResponseTemplates"]["application/json"])
        assert responses[kind]["StatusCode"] == "403"
        assert problem["type"] == "/problems/forbidden"


def test_an_invalid_body_has_errors_as_from_the_service(default):
    response = list_responses(default)["BAD_REQUEST_BODY"]

    problem = json.loads(response["ResponseTemplates"]["application/json"])

    assert problem["errors"] == [{"pointer": "", "detail": problem["detail"]}]


def test_every_problem_is_documented_for_callers(either):
    documented = re.findall(
        r"^\| (\d{3}) \| `(/problems/[\w-]+)` \|", API_README.read_text("utf-8"), re.MULTILINE
    )

    responses = list_responses(either).values()
    bodies = [json.loads(each["ResponseTemplates"]["application/json"]) for each in responses]
    assert bodies
    assert {(str(each["status"]), each["type"]) for each in bodies} <= set(documented)
