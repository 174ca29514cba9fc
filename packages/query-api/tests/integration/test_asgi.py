import json
from importlib.metadata import version

import pytest
from litestar.testing import TestClient

from query_api.asgi import create_app
from query_api.query_lambda.codec import encode_page
from query_api.read_model.port import Page
from query_api.settings import Settings
from testing.fault_server import respond
from testing.waiting import wait_until

REQUEST = {"user_id": "test_user_001"}


@pytest.mark.parametrize(
    ("settings", "reply", "path"),
    [
        ({"backend": "dynamodb"}, b'{"Items": []}', "/"),
        (
            {"backend": "lambda", "function_name": "some-function"},
            json.dumps(encode_page(Page((), None))).encode(),
            "/2015-03-31/functions/some-function/invocations",
        ),
    ],
    ids=["dynamodb", "lambda"],
)
def test_queries_go_to_the_configured_backend_and_its_connections_are_closed_at_the_end(
    session, faults, settings, reply, path
):
    faults.acts = [respond(200, reply)]
    urls = {"dynamodb_endpoint_url": faults.url, "lambda_endpoint_url": faults.url}
    app = create_app(Settings(deadline_ms=10_000, **urls, **settings), session)

    with TestClient(app) as client:
        response = client.post("/query/user", json=REQUEST)

    assert response.json()["message"] == "No notifications"
    assert faults.requests[0].line.split()[1] == path
    assert faults.requests[0].headers["user-agent"] == f"query-api/{version('query-api')}"
    wait_until(
        lambda: faults.closed_connections == faults.connections, "a connection is still open"
    )


DEEP = b'{"other": ' + b"[" * 100_000


@pytest.mark.parametrize("backend", ["dynamodb", "lambda"])
@pytest.mark.parametrize(
    "body",
    [b'{"Items": null, "page": null}', b'{"Items": [{"notification_key": {"S": "\xff"}}]}', DEEP],
    ids=["null", "not UTF-8", "100,000 brackets"],
)
def test_a_malformed_response_of_the_backend_is_a_503(session, faults, backend, body):
    faults.acts = [respond(200, body)]
    urls = {"dynamodb_endpoint_url": faults.url, "lambda_endpoint_url": faults.url}
    app = create_app(Settings(deadline_ms=10_000, backend=backend, **urls), session)

    with TestClient(app) as client:
        response = client.post("/query/user", json=REQUEST)

    assert (response.status_code, response.json()["title"]) == (503, "Unavailable")


def test_the_service_is_not_ready_without_its_table(session, emulator_url):
    app = create_app(Settings(dynamodb_endpoint_url=emulator_url, deadline_ms=10_000), session)

    with TestClient(app) as client:
        response = client.get("/health/ready")

    assert (response.status_code, response.json()["title"]) == (503, "Not ready")


def test_readiness_queries_the_backend_although_pages_are_cached(session, faults):
    faults.acts = [respond(200, b'{"Items": []}'), respond(400, b'{"__type": "x#AccessDenied"}')]
    settings = Settings(dynamodb_endpoint_url=faults.url, deadline_ms=10_000, cache_ttl_ms=60_000)

    with TestClient(create_app(settings, session)) as client:
        statuses = [client.get("/health/ready").status_code for _ in range(2)]

    assert statuses == [200, 503]
