"""What the service answers to clients that speak HTTP in an unusual way, or hardly at all."""

import time
from contextlib import ExitStack

import pytest

from query_api.http1.request import Phase
from testing.fault_server import run_fault_server
from testing.service_process import run_service
from testing.waiting import wait_until

from ...support.raw_http import encode_query, read_to_end, split_responses
from ..conftest import LONG_DEADLINE
from .conftest import FakeDynamoDB

HEALTH = b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
UPGRADES = [
    # Java's HttpClient, and with it Spring's RestClient, asks so for HTTP/2 over plain HTTP.
    ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAEAAEAAAAIAAAAB"),
    ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"),
    ("Connection: upgrade", "Upgrade: foo/2"),
]
INVALID = {
    "garbage": b"s3cret\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03s3cret\r\n\r\n",
    "no host": b"GET /health HTTP/1.1\r\nX: s3cret\r\n\r\n",
    "two hosts": b"GET /health HTTP/1.1\r\nHost: a\r\nHost: s3cret\r\n\r\n",
    "two lengths": encode_query("Content-Length: 3", "X: s3cret"),
    "connect": b"CONNECT s3cret:80 HTTP/1.1\r\nHost: s3cret\r\n\r\n",
}
KIB = 1024


@pytest.fixture(scope="module")
def service():
    """One service for the tests that change nothing of it."""
    with ExitStack() as running:
        dynamodb = running.enter_context(run_fault_server())
        dynamodb.acts = [FakeDynamoDB(dynamodb.url).respond]
        settings = {"QUERY_DYNAMODB_ENDPOINT_URL": dynamodb.url} | LONG_DEADLINE
        yield running.enter_context(run_service(settings))


def wait_for_line(service, request_id):
    """Wait for the line of a request in the log."""
    return wait_until(
        lambda: next((each for each in service.requests if each["request_id"] == request_id), None),
        "the request has no line",
    )


@pytest.mark.parametrize("upgrade", UPGRADES)
@pytest.mark.parametrize("cut_at", [None, "head", "bytes"])
def test_a_query_with_upgrade_is_answered_as_without(service, connect, upgrade, cut_at):
    query = encode_query(*upgrade)
    places = {None: [], "head": [query.index(b"{")], "bytes": range(len(query))}[cut_at]
    connection = connect(service)
    for start, end in zip([0, *places], [*places, len(query)], strict=True):
        connection.sendall(query[start:end])
        time.sleep(0.01 if cut_at == "head" else 0)  # so that it arrives in segments
    connection.sendall(HEALTH)

    query_response, health_response = split_responses(read_to_end(connection))
    assert (query_response.status, query_response.json()["success"]) == (200, True)
    assert health_response.json() == {"status": "ok"}


@pytest.mark.parametrize("upgrade", UPGRADES)
def test_a_body_behind_upgrade_is_not_run_as_a_request(service, connect, upgrade):
    query = encode_query(*upgrade, body=HEALTH)
    connection = connect(service, query[: -len(HEALTH)])
    time.sleep(0.05)
    connection.sendall(HEALTH)
    connection.sendall(HEALTH)

    query_response, health_response = split_responses(read_to_end(connection))
    assert query_response.json()["type"] == "/problems/malformed-body"
    assert health_response.json() == {"status": "ok"}


@pytest.mark.parametrize("sent", INVALID.values(), ids=INVALID)
def test_what_is_not_valid_http_gets_a_problem_and_a_line_in_the_log(service, connect, sent):
    connection = connect(service, sent + HEALTH)

    (response,) = split_responses(read_to_end(connection))
    line = wait_for_line(service, response.headers["x-request-id"])
    assert (response.status, response.json()["type"]) == (400, "/problems/bad-request")
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-request-id"] == response.json()["request_id"] == line["request_id"]
    assert (line["status"], line["outcome"]) == (400, "bad-request")
    assert "s3cret" not in service.read_output() + service.read_errors()


def test_a_head_of_a_megabyte_is_refused_and_its_client_can_read_why(service, connect):
    head = HEALTH.removesuffix(b"\r\n") + b"X-Long: " + b"x" * 1024 * KIB + b"\r\n\r\n"

    connection = connect(service, head)

    (response,) = split_responses(read_to_end(connection))
    assert (response.status, response.json()["type"]) == (431, "/problems/head-too-large")
    assert response.headers["connection"] == "close"


def test_a_body_of_a_megabyte_is_refused_and_its_client_can_read_why(service, connect):
    connection = connect(service, encode_query(body=b" " * 1024 * KIB))

    (response,) = split_responses(read_to_end(connection))
    assert (response.status, response.json()["type"]) == (413, "/problems/body-too-large")


def test_a_request_that_is_never_whole_ends(service, connect):
    began_s = time.monotonic()
    half_body, half_head = (connect(service, encode_query()[:size]) for size in (-1, 20))

    (after_body,) = split_responses(read_to_end(half_body))
    body_s = time.monotonic() - began_s
    (after_head,) = split_responses(read_to_end(half_head))
    head_s = time.monotonic() - began_s

    assert [after_body.status, after_head.status] == [408, 408]
    assert body_s >= Phase.BODY.value
    assert head_s >= Phase.HEAD.value


def test_unfinished_bodies_are_not_in_flight(start_service, connect, query):
    service = start_service(QUERY_MAX_IN_FLIGHT="2")
    for _ in range(10):
        connect(service, encode_query()[:-1])

    response = query(service)

    assert response.status_code == 200
