"""The service with as many requests in flight as it takes."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from testing.http_client import open_client

CAP = 16
HEALTH_DEADLINE_S = 0.05


@pytest.fixture
def saturated(start_service, dynamodb, ask):
    """A service whose requests in flight all wait for DynamoDB; gives their answers to come."""
    service = start_service(QUERY_MAX_IN_FLIGHT=str(CAP))
    dynamodb.may_answer.clear()
    with ThreadPoolExecutor(CAP) as askers:
        answers = [askers.submit(ask, service) for _ in range(CAP)]
        for _ in range(CAP):
            assert dynamodb.waiting.acquire(timeout=30)
        yield service, answers
        dynamodb.may_answer.set()


def test_one_request_too_many_is_told_to_come_again(saturated, ask):
    service, _ = saturated

    refused = ask(service)

    assert (refused.status_code, refused.json()["type"]) == (503, "/problems/overloaded")
    assert refused.headers["Retry-After"] == "1"


def test_the_connection_of_a_refused_request_serves_on(saturated):
    service, _ = saturated
    chunks = (b" " * 4096 for _ in range(3))

    with open_client(service.url) as client:
        refused = client.post("/query/user", content=chunks)
        healthy = client.get("/health")

    assert (refused.status_code, healthy.status_code) == (503, 200)


@pytest.mark.parametrize("path", ["/health", "/v1/health"])
def test_a_saturated_service_says_within_50_ms_that_it_lives(saturated, path):
    service, _ = saturated
    with open_client(service.url) as client:
        client.get(path)  # connects
        waits_s = []
        for _ in range(20):
            began_s = time.perf_counter()
            assert client.get(path).status_code == 200
            waits_s.append(time.perf_counter() - began_s)

    # Of 20, so that another process that takes the core for a moment does not decide.
    assert sorted(waits_s)[len(waits_s) // 2] < HEALTH_DEADLINE_S


def test_those_in_flight_are_answered_and_make_room(saturated, dynamodb, ask):
    service, answers = saturated

    dynamodb.may_answer.set()
    statuses = {answer.result().status_code for answer in answers}

    assert statuses == {200}
    assert ask(service).status_code == 200


def test_what_was_shed_is_logged_and_counted(saturated, dynamodb, ask):
    service, answers = saturated
    ask(service)
    dynamodb.may_answer.set()
    for answer in answers:
        answer.result()

    assert service.stop() == 0

    outcomes = [each["outcome"] for each in service.requests]
    assert sorted(outcomes) == ["ok"] * CAP + ["overloaded"]
    assert not [line for line in service.lines if line["level"] == "error"]
    (whole,) = [line for line in service.lines if "Shed" in line]
    assert (whole["Shed"], whole["InFlightMax"]) == (1, CAP)
