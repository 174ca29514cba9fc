"""The end of the service, as a container's runtime brings it about."""

import signal
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

STOP_TIMEOUT_S = 30  # of ECS; then it kills


def wait_until_refused(service):
    deadline = time.monotonic() + STOP_TIMEOUT_S
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{service.url}/health", trust_env=False)
        except httpx.ConnectError:
            return
        except httpx.TransportError:
            continue  # it came just before the door closed, and nobody took it in
        time.sleep(0.01)
    pytest.fail("new connections are still accepted")


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_what_is_in_flight_is_answered_while_new_connections_are_refused(
    start_service, dynamodb, ask, stop
):
    service = start_service()
    dynamodb.may_answer.clear()
    with ThreadPoolExecutor(1) as asker:
        answer = asker.submit(ask, service)
        assert dynamodb.waiting.acquire(timeout=30)

        service.process.send_signal(stop)
        wait_until_refused(service)
        dynamodb.may_answer.set()

        assert answer.result().status_code == 200
        assert answer.result().headers["Connection"] == "close"
    assert service.process.wait(STOP_TIMEOUT_S) == 0
    assert service.read_errors() == ""


def test_an_idle_connection_does_not_keep_the_service(start_service):
    service = start_service()
    with httpx.Client(base_url=service.url, trust_env=False) as client:
        client.get("/health")

        assert service.stop() == 0


def test_a_client_that_never_ends_its_request_does_not_keep_the_service_for_ever(start_service):
    service = start_service(QUERY_SHUTDOWN_S="1")

    def send_slowly():
        yield b"{"
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(STOP_TIMEOUT_S) == 0

    with pytest.raises(httpx.HTTPError):
        httpx.post(
            f"{service.url}/query/user", content=send_slowly(), trust_env=False
        ).raise_for_status()


def test_the_metrics_of_the_last_interval_are_reported(start_service, ask):
    service = start_service()
    ask(service)

    assert service.stop() == 0

    counted = [line for line in service.lines if line["event"] == "metrics" and "Requests" in line]
    assert [(each["route"], each["Requests"]) for each in counted] == [("/query/user", 1)]
