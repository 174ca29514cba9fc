import asyncio

import pytest
from litestar.testing import TestClient

from query_api.asgi import add_middleware, create_routes
from query_api.exceptions import DeadlineExceededError, ThrottledError
from query_api.middleware.observed_app import ObservedApp
from query_api.read_model.port import Page

VALID = {"user_id": "test_user_001"}


class ThreeReads:
    """Returns one row to any query, with three reads."""

    def __init__(self, row):
        self.row = row

    async def get_page(self, query):  # noqa: ARG002 - the port's
        return Page((self.row.record,), None, reads=3)


def observe(read_model, observations):
    routes = create_routes(read_model)
    return add_middleware(routes, max_in_flight=128, observers=[observations.append])


@pytest.fixture
def observations():
    return []


@pytest.fixture
def client(read_model, observations):
    service = observe(read_model, observations)
    with TestClient(service, raise_server_exceptions=False) as test_client:
        yield test_client


@pytest.mark.parametrize(
    ("method", "path", "seen"),
    [
        ("POST", "/query/user", ("/query/user", 200, "ok")),
        ("POST", "/v1/query/user", ("/query/user", 200, "ok")),
        ("POST", "/query/user/", ("unmatched", 404, "not-found")),
        ("HEAD", "/openapi.json", ("/openapi.json", 200, "ok")),
        ("POST", "/query/fail", ("/query/fail", 400, "invalid-request")),
        ("GET", "/query/user", ("/query/user", 405, "method-not-allowed")),
        ("OPTIONS", "/health/ready", ("/health/ready", 204, "ok")),
        ("GET", "/", ("/", 307, "ok")),
        ("GET", "/v1", ("/", 307, "ok")),
        ("GET", "/v1/", ("/", 307, "ok")),
        ("GET", "/openapi.json", ("/openapi.json", 200, "ok")),
        ("GET", "/console", ("/console", 200, "ok")),
        ("GET", "/docs/page.css", ("/docs/{name}", 200, "ok")),
        ("GET", "/console/a/b/c.js", ("/console/{digest}/{path}", 404, "not-found")),
        ("GET", "/v1/console/a/b.js", ("/console/{digest}/{path}", 404, "not-found")),
        ("GET", "/users/test_user_001", ("unmatched", 404, "not-found")),
        ("POST", "/health", ("/health", 405, "method-not-allowed")),
    ],
)
def test_a_request_is_observed_with_its_route_and_outcome(client, observations, method, path, seen):
    client.request(method, path, json=VALID, follow_redirects=False)

    (observation,) = observations
    assert (observation.route, observation.status, observation.outcome) == seen
    assert observation.method == method
    assert observation.duration_ms > 0


@pytest.mark.parametrize(
    ("failure", "seen"),
    [
        (ThrottledError("x"), (503, "throttled")),
        (DeadlineExceededError("x"), (504, "deadline-exceeded")),
        (KeyError("x"), (500, "internal-error")),
    ],
)
def test_the_outcome_of_a_failure_is_the_name_of_its_problem(
    client, observations, read_model, failure, seen
):
    read_model.failure = failure

    client.post("/query/user", json=VALID)

    assert [(each.status, each.outcome) for each in observations] == [seen]


@pytest.mark.parametrize("path", ["/health", "/v1/health"])
def test_a_successful_liveness_check_is_not_reported(client, observations, path):
    client.get(path)

    assert observations == []


def test_the_rows_and_reads_of_a_query_are_observed(make_row, observations):
    service = observe(ThreeReads(make_row()), observations)

    with TestClient(service) as client:
        client.post("/query/user", json=VALID)

    assert [(each.rows, each.reads, each.in_flight) for each in observations] == [(1, 3, 1)]


@pytest.mark.parametrize("trace_id", ["Root=1-67891233-abcdef012345678912345678;Sampled=1", "1"])
def test_a_well_formed_trace_id_is_observed_and_returned(client, observations, trace_id):
    response = client.post("/query/user", json=VALID, headers={"X-Amzn-Trace-Id": trace_id})

    assert response.headers.get_list("X-Amzn-Trace-Id") == [trace_id]
    assert [each.trace_id for each in observations] == [trace_id]


@pytest.mark.parametrize("headers", [{}, {"X-Amzn-Trace-Id": "a b"}, {"X-Amzn-Trace-Id": ""}])
def test_any_other_trace_id_is_dropped(client, observations, headers):
    response = client.post("/query/user", json=VALID, headers=headers)

    assert "X-Amzn-Trace-Id" not in response.headers
    assert [each.trace_id for each in observations] == [None]


def test_the_request_id_is_observed(client, observations):
    client.post("/query/user", json=VALID, headers={"X-Request-Id": "mine"})

    assert [each.request_id for each in observations] == ["mine"]


def test_a_request_that_the_server_cancels_is_observed_as_unanswered(observations):
    async def wait(_scope, _receive, _send):
        await asyncio.Event().wait()

    async def cancel_request():
        app = ObservedApp(wait, routes={}, observers=[observations.append], unobserved=())
        scope = {"type": "http", "method": "POST", "path": "/query/user", "headers": []}
        request = asyncio.create_task(app(scope, None, None))
        await asyncio.sleep(0)
        request.cancel()
        await asyncio.wait([request])

    asyncio.run(cancel_request())

    assert [(each.status, each.outcome) for each in observations] == [(500, "unanswered")]
