"""The errors of the service when the query Lambda fails."""

import asyncio
import json
from datetime import date

import pytest

from query_api.exceptions import (
    DeadlineExceededError,
    InvalidQueryEventError,
    RefusedError,
    ThrottledError,
    UnavailableError,
)
from query_api.query_lambda.codec import encode_page
from query_api.query_lambda.handler import QueryFunction
from query_api.query_lambda.read_model import LambdaReadModel
from query_api.read_model.backend_client import create_backend_client
from query_api.read_model.notification import encode_notification
from query_api.read_model.port import Page, Selection
from query_api.read_model.queries import (
    latest_failures_query,
    marketing_query,
    transaction_query,
    user_query,
)
from query_api.settings import Settings
from testing.fault_server import reset, respond, stay_silent

from ...support.lambda_server import run_lambda

SELECTION = Selection(limit=10)
QUERY = user_query("u", SELECTION)
PAGE = Page((), None)
REPLY = json.dumps(encode_page(PAGE)).encode()


def fail(**error):
    return respond(200, json.dumps(error).encode(), x_amz_function_error="Unhandled")


@pytest.fixture
def get_page(session, runner):
    def get_page_at(url, function_name="notification-query", query=QUERY, deadline_ms=20_000):
        settings = Settings(lambda_endpoint_url=url, deadline_ms=deadline_ms, max_connections=2)
        client = create_backend_client("lambda", settings, session)
        read_model = LambdaReadModel(client, function_name)

        async def get_page_and_close():
            try:
                return await read_model.get_page(query)
            finally:
                read_model.close()

        return runner.run(get_page_and_close())

    return get_page_at


@pytest.mark.parametrize(
    ("act", "kind", "attempts"),
    [
        pytest.param(
            respond(429, b"{}", x_amzn_errortype="TooManyRequestsException:"),
            ThrottledError,
            1,
            id="throttled",
        ),
        pytest.param(
            respond(404, b"{}", x_amzn_errortype="ResourceNotFoundException:"),
            RefusedError,
            1,
            id="no such function",
        ),
        pytest.param(
            respond(403, b"{}", x_amzn_errortype="AccessDeniedException"),
            RefusedError,
            1,
            id="denied",
        ),
        pytest.param(respond(403, b"<html>"), RefusedError, 1, id="refused by a proxy"),
        pytest.param(
            respond(500, b"{}", x_amzn_errortype="ServiceException"),
            UnavailableError,
            3,
            id="Lambda fails",
        ),
        pytest.param(
            respond(502, b"{}", x_amzn_errortype="EC2ThrottledException"),
            UnavailableError,
            3,
            id="Lambda has no capacity",
        ),
        pytest.param(reset, UnavailableError, 3, id="reset"),
        pytest.param(
            fail(errorType="Sandbox.Timedout", errorMessage="…"),
            DeadlineExceededError,
            3,
            id="timed out",
        ),
        pytest.param(
            fail(errorMessage="2026 id Task timed out after 3.00 seconds"),
            DeadlineExceededError,
            3,
            id="timed out, older runtimes",
        ),
        pytest.param(
            fail(errorType="Runtime.ExitError", errorMessage="…"),
            UnavailableError,
            3,
            id="the process ended",
        ),
        pytest.param(
            fail(errorType="KeyError", errorMessage="'user_id'"),
            RefusedError,
            1,
            id="the code failed",
        ),
        pytest.param(
            respond(200, b"not JSON", x_amz_function_error="Unhandled"),
            UnavailableError,
            3,
            id="an error that is not JSON",
        ),
        pytest.param(
            respond(200, b'{"errorType": "\xff"}', x_amz_function_error="Unhandled"),
            UnavailableError,
            3,
            id="an error that is not UTF-8",
        ),
        pytest.param(
            respond(200, b"[" * 100_000, x_amz_function_error="Unhandled"),
            UnavailableError,
            3,
            id="an error of 100,000 brackets",
        ),
        pytest.param(respond(200, b"not JSON"), UnavailableError, 3, id="a reply that is not JSON"),
    ],
)
def test_each_failure_of_an_invocation_has_its_error(get_page, faults, act, kind, attempts):
    faults.acts = [act]

    with pytest.raises(kind) as caught:
        get_page(faults.url)

    assert len(faults.requests) == attempts
    assert "user_id" not in str(caught.value)


def test_a_function_that_stays_silent_exceeds_the_deadline_after_three_attempts(get_page, faults):
    faults.acts = [stay_silent]

    with pytest.raises(DeadlineExceededError):
        get_page(faults.url, deadline_ms=1000)

    assert len(faults.requests) == 3


def test_a_passing_failure_of_an_invocation_is_retried(get_page, faults):
    faults.acts = [reset, respond(500, b"{}"), respond(200, REPLY)]

    assert get_page(faults.url) == PAGE


FOREIGN = [
    (QUERY, {"user_id": "another"}),
    (transaction_query("tx_002", SELECTION), {}),
    (marketing_query("another", SELECTION), {}),
    (latest_failures_query([date(2024, 1, 1)], SELECTION), {"status": "SENT"}),
    (latest_failures_query([date(2024, 1, 2)], SELECTION), {"status": "FAILED"}),
]


@pytest.mark.parametrize(("query", "changes"), FOREIGN)
def test_rows_of_another_query_are_never_returned(get_page, faults, make_row, query, changes):
    page = Page((encode_notification(make_row(**changes).record),), None)
    faults.acts = [respond(200, json.dumps(encode_page(page)).encode())]

    with pytest.raises(UnavailableError):
        get_page(faults.url, query=query)


def test_the_name_of_a_function_may_be_an_arn(get_page, faults):
    faults.acts = [respond(200, REPLY)]

    get_page(faults.url, "arn:aws:lambda:ap-southeast-1:123456789012:function:query:live")

    path = faults.requests[0].line.split()[1]
    assert path == (
        "/2015-03-31/functions/"
        "arn%3Aaws%3Alambda%3Aap-southeast-1%3A123456789012%3Afunction%3Aquery%3Alive/invocations"
    )


class CountingReadModel:
    """Fails, and counts its queries."""

    def __init__(self, error):
        self.error = error
        self.queries = 0

    async def get_page(self, _query):
        self.queries += 1
        raise self.error


def test_an_error_of_the_functions_own_query_is_not_retried(get_page):
    read_model = CountingReadModel(UnavailableError("no connection"))

    with asyncio.Runner() as function_runner:
        function = QueryFunction(read_model, function_runner)
        with (
            run_lambda(function.handle) as url,
            pytest.raises(UnavailableError, match="no connection"),
        ):
            get_page(url)

    assert read_model.queries == 1


def test_an_event_that_is_not_a_query_fails_the_invocation():
    function = QueryFunction(CountingReadModel(None), None)

    with pytest.raises(InvalidQueryEventError):
        function.handle({"user_id": "u"})
