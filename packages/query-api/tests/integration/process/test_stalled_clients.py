"""Clients that do not read their responses, and clients that send nothing."""

import time

import pytest

from testing.http_client import open_client
from testing.waiting import wait_until

from ...support.raw_http import encode_query, read_to_end

BUFFER_BYTES = 16_384
PIPELINED = 8
ROWS = 100
TITLE = "t" * 9_000
LONG_QUERY = encode_query(body=b'{"user_id": "test_user_001", "limit": 100}')
STOP_TIMEOUT_S = 30


def make_item(number):
    return {
        "user_id": {"S": "test_user_001"},
        "notification_key": {"S": f"{1_704_067_200_000 - number}#tx"},
        "transaction_id": {"S": "tx"},
        "created_at": {"N": str(1_704_067_200_000 - number)},
        "notification_title": {"S": TITLE},
        "status": {"S": "SENT"},
        "platform": {"S": "IOS"},
        "version": {"S": "2024#1"},
    }


@pytest.fixture
def stall(start_service, dynamodb, connect):
    """Start a service whose one slot is used by a client that pipelines and does not read.

    It does not give that client up before the test does, when it stops.
    """
    items = [make_item(number) for number in range(ROWS)]
    dynamodb.body = {"Count": ROWS, "ScannedCount": ROWS, "Items": items}
    service = start_service(QUERY_MAX_IN_FLIGHT="1", QUERY_SHUTDOWN_S="110")
    connection = connect(service, LONG_QUERY * PIPELINED, buffer_bytes=BUFFER_BYTES)
    service.wait_for_requests(1)
    return service, connection


def test_a_client_that_does_not_read_holds_no_slot(stall, query):
    service, _ = stall

    statuses = [query(service).status_code for _ in range(3)]

    assert statuses == [200] * 3


def test_a_client_that_does_not_read_is_owed_one_response_and_then_cut_off(stall):
    service, connection = stall
    time.sleep(6.5)

    with pytest.raises(ConnectionResetError):
        read_to_end(connection)

    assert len(service.requests) == 1


def test_a_slow_client_gets_all_of_its_responses(stall):
    service, connection = stall
    received = 0

    while received < PIPELINED * ROWS * len(TITLE):
        received += len(connection.recv(200_000))

    assert len(service.wait_for_requests(PIPELINED)) == PIPELINED


def test_a_client_that_does_not_read_does_not_keep_the_service(stall):
    service, _ = stall

    assert service.stop() == 0
    assert [line["event"] for line in service.lines if line["level"] == "error"] == []


@pytest.mark.proof
def test_two_thousand_idle_connections_do_no_harm(start_service, connect):
    service = start_service()
    idle = [connect(service) for _ in range(2000)]
    with open_client(service.url) as client:
        assert {client.get("/health").status_code for _ in range(100)} == {200}

    for connection in idle:
        connection.close()
    wait_until(lambda: service.stop() == 0, "the service did not stop", STOP_TIMEOUT_S)
