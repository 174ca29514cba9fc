"""Clients that disconnect before their response."""

import json
import socket
from urllib.parse import urlsplit

import pytest

BODY = json.dumps({"user_id": "test_user_001"}).encode()


@pytest.fixture
def begin(request):
    """Send bytes over a new connection."""

    def send(service, sent):
        address = urlsplit(service.url)
        connection = socket.create_connection((address.hostname, address.port))
        request.addfinalizer(connection.close)
        connection.sendall(sent)
        return connection

    return send


def encode_head(length):
    return (
        "POST /query/user HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()


def test_a_query_whose_client_has_gone_ends_by_its_deadline_and_frees_its_slot(
    start_service, dynamodb, begin, query
):
    service = start_service(QUERY_MAX_IN_FLIGHT="1", QUERY_DEADLINE_MS="3000")
    dynamodb.may_respond.clear()
    connection = begin(service, encode_head(len(BODY)) + BODY)
    assert dynamodb.waiting.acquire(timeout=30)

    connection.close()
    (gone,) = service.wait_for_requests(1)
    dynamodb.may_respond.set()
    response = query(service)

    assert (gone["status"], gone["outcome"]) == (504, "deadline-exceeded")
    assert response.status_code == 200
    errors = [line for line in service.lines if line["level"] == "error"]
    assert [line["request_id"] for line in errors] == [gone["request_id"]]


@pytest.mark.parametrize("sent", [encode_head(1000), encode_head(1000) + BODY])
def test_a_client_that_disconnects_within_its_body_frees_its_slot_and_is_no_error(
    start_service, begin, query, sent
):
    service = start_service(QUERY_MAX_IN_FLIGHT="1")

    begin(service, sent).close()
    (gone,) = service.wait_for_requests(1)
    response = query(service)

    assert (gone["status"], gone["outcome"]) == (400, "malformed-body")
    assert response.status_code == 200
    assert not [line for line in service.lines if line["level"] == "error"]
