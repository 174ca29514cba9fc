"""The service with as many requests in flight as its limit."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from testing.http_client import open_client

CAP = 16


@pytest.fixture
def saturated(start_service, dynamodb, query):
    """A service whose requests in flight all wait for DynamoDB, and their future responses."""
    service = start_service(QUERY_MAX_IN_FLIGHT=str(CAP))
    dynamodb.may_respond.clear()
    with ThreadPoolExecutor(CAP) as senders:
        responses = [senders.submit(query, service) for _ in range(CAP)]
        for _ in range(CAP):
            assert dynamodb.waiting.acquire(timeout=30)
        yield service, responses
        dynamodb.may_respond.set()


def test_a_request_above_the_limit_gets_retry_after(saturated, query):
    service, _ = saturated

    refused = query(service)

    assert (refused.status_code, refused.json()["type"]) == (503, "/problems/overloaded")
    assert refused.headers["Retry-After"] == "1"


def test_the_connection_of_a_refused_request_stays_open(saturated):
    service, _ = saturated
    chunks = (b" " * 4096 for _ in range(3))

    with open_client(service.url) as client:
        refused = client.post("/query/user", content=chunks)
        healthy = client.get("/health")

    assert (refused.status_code, healthy.status_code) == (503, 200)


@pytest.mark.parametrize("path", ["/health", "/v1/health"])
def test_a_saturated_service_reports_its_health_while_its_requests_wait(saturated, path):
    service, responses = saturated
    with open_client(service.url) as client:
        assert client.get(path).status_code == 200

    assert not any(response.done() for response in responses)


def test_requests_in_flight_succeed_and_free_their_slots(saturated, dynamodb, query):
    service, responses = saturated

    dynamodb.may_respond.set()
    statuses = {response.result().status_code for response in responses}

    assert statuses == {200}
    assert query(service).status_code == 200


def test_refused_requests_are_logged_and_counted(saturated, dynamodb, query):
    service, responses = saturated
    query(service)
    dynamodb.may_respond.set()
    for response in responses:
        response.result()

    assert service.stop() == 0

    outcomes = [each["outcome"] for each in service.requests]
    assert sorted(outcomes) == ["ok"] * CAP + ["overloaded"]
    assert not [line for line in service.lines if line["level"] == "error"]
    (whole,) = [line for line in service.lines if "Shed" in line]
    assert (whole["Shed"], whole["InFlightMax"]) == (1, CAP)
