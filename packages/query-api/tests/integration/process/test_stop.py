"""How the service stops on the signals of a container runtime."""

import signal
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from testing.http_client import open_client
from testing.waiting import wait_until

STOP_TIMEOUT_S = 30  # of ECS; then it kills


def is_refused(http, service):
    try:
        http.get(f"{service.url}/health")
    except httpx.ConnectError:
        return True
    except httpx.TransportError:
        return False  # connected just before the listener closed, and never accepted
    return False


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_requests_in_flight_succeed_while_new_connections_are_refused(
    start_service, dynamodb, query, http, stop
):
    service = start_service()
    dynamodb.may_respond.clear()
    with ThreadPoolExecutor(1) as sender:
        response = sender.submit(query, service)
        assert dynamodb.waiting.acquire(timeout=30)

        service.process.send_signal(stop)
        wait_until(lambda: is_refused(http, service), "new connections are still accepted")
        dynamodb.may_respond.set()

        assert response.result().status_code == 200
        assert response.result().headers["Connection"] == "close"
    assert service.process.wait(STOP_TIMEOUT_S) == 0
    assert service.read_errors() == ""


def test_an_idle_connection_does_not_keep_the_service(start_service):
    service = start_service()
    with open_client(service.url) as client:
        client.get("/health")

        assert service.stop() == 0


def test_an_endless_request_does_not_keep_the_service(start_service, http):
    service = start_service(QUERY_SHUTDOWN_S="1")

    def send_slowly():
        yield b"{"
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(STOP_TIMEOUT_S) == 0

    with pytest.raises(httpx.HTTPError):
        http.post(f"{service.url}/query/user", content=send_slowly()).raise_for_status()


def test_the_metrics_of_the_last_interval_are_reported(start_service, query):
    service = start_service()
    query(service)

    assert service.stop() == 0

    counted = [line for line in service.lines if line["event"] == "metrics" and "Requests" in line]
    assert [(each["route"], each["Requests"]) for each in counted] == [("/query/user", 1)]
