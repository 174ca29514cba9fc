"""Personal data leaves the service only in responses to queries for it."""

import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from testing.http_client import open_client

CANARY = "s3cret-canary"
HEADERS = {
    "Authorization": f"Bearer {CANARY}-token",
    "Cookie": f"session={CANARY}",
    "User-Agent": f"{CANARY}/1.0",
    "Referer": f"http://{CANARY}/",
    "X-Device-Token": f"{CANARY}-device",
    "X-Forwarded-For": CANARY,
    # Neither is well-formed, so neither is returned.
    "X-Request-Id": f"{CANARY} id",
    "X-Amzn-Trace-Id": f"{CANARY} trace",
}
ROW = {
    "user_id": {"S": f"{CANARY}-user"},
    "notification_key": {"S": f"1704067200000#{CANARY}-tx"},
    "transaction_id": {"S": f"{CANARY}-tx"},
    "created_at": {"N": "1704067200000"},
    "marketing_id": {"S": f"{CANARY}-campaign"},
    "notification_title": {"S": f"{CANARY} title"},
    "status": {"S": "FAILED"},
    "platform": {"S": "IOS"},
    "error_msg": {"S": f"{CANARY} error"},
    "device_token": {"S": f"{CANARY}-device"},
    "payload": {"S": f"{CANARY} payload"},
    "version": {"S": "2024#1"},
}
REQUESTS = {
    "/query/user": {"user_id": f"{CANARY}-user"},
    "/query/marketing": {"marketing_id": f"{CANARY}-campaign"},
    "/query/fail": {"transaction_id": f"{CANARY}-tx"},
    "/query/transaction": {"transaction_id": f"{CANARY}-tx"},
}
FILTERS = {"platform": CANARY, "ap_id": CANARY}
INVALID = {"limit": CANARY, "cursor": f"{CANARY}", "device_token": CANARY, "created_to": [CANARY]}
DYNAMODB_ERRORS = [
    ("ThrottlingException", 400, 503),
    ("InternalServerError", 500, 503),
    ("ResourceNotFoundException", 400, 500),
    ("ValidationException", 400, 500),
    ("AccessDeniedException", 400, 500),
]
HALF_REQUESTS = [
    f"POST /query/user HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n{CANARY}",
    f"POST /{CANARY} HTTP/1.1\r\n{CANARY}\r\n\r\n",
    f"{CANARY} / HTTP/1.1\r\n\r\n",
]


def list_invalid_requests():
    """Return requests that each end in another problem, as pairs of arguments and status."""
    body = REQUESTS["/query/user"]
    path = "/query/user"
    return [
        ({"url": path, "json": body | INVALID}, 400),
        ({"url": path, "json": body | {"cursor": CANARY}}, 400),
        ({"url": path, "json": {"user_id": {"payload": CANARY}}}, 400),
        ({"url": path, "content": f'{{"user_id": "{CANARY}"'}, 400),
        ({"url": path, "json": {"user_id": CANARY * 200}}, 400),
        ({"url": f"/users/{CANARY}"}, 404),
        ({"url": f"/query/user/{CANARY}?user_id={CANARY}"}, 404),
        ({"url": f"{path}?user_id={CANARY}", "method": "GET"}, 405),
        ({"url": path, "method": "DELETE", "json": body}, 405),
        ({"url": path, "json": {"user_id": CANARY * 2000}}, 413),
        ({"url": path, "content": f"user_id={CANARY}", "type": "text/plain"}, 415),
        ({"url": "/health", "host": f"{CANARY} host"}, 400),
    ]


@pytest.fixture
def http():
    with open_client(headers=HEADERS) as client:
        yield client


def send(http, service, url, *, method="POST", type="application/json", host=None, **body):  # noqa: A002 - the header's last word
    headers = {"Content-Type": type} | ({"Host": host} if host else {})
    return http.request(method, f"{service.url}{url}", headers=headers, **body)


def stop_and_read(service):
    assert service.stop() == 0
    printed = service.read_output() + service.read_errors()
    assert '"event":"metrics"' in printed
    return printed


def test_successful_requests_leave_no_trace(start_service, dynamodb, http):
    dynamodb.body = {"Count": 1, "ScannedCount": 1, "Items": [ROW]}
    service = start_service(QUERY_CACHE_TTL_MS="1000")

    for prefix in ("", "/v1"):
        for path, request in REQUESTS.items():
            response = send(http, service, f"{prefix}{path}?trace={CANARY}", json=request | FILTERS)
            assert f"{CANARY} title" in response.text
            assert "device" not in response.text
            assert "payload" not in response.text
            assert CANARY not in str(response.headers)

    assert CANARY not in stop_and_read(service)


def test_invalid_requests_leave_no_trace(start_service, http):
    service = start_service()

    for arguments, status in list_invalid_requests():
        response = send(http, service, **arguments)
        assert (response.status_code, arguments["url"]) == (status, arguments["url"])
        assert CANARY not in response.text + str(response.headers)

    assert CANARY not in stop_and_read(service)


def test_errors_of_dynamodb_leave_no_trace(start_service, dynamodb, http):
    service = start_service()

    for code, dynamodb_status, status in DYNAMODB_ERRORS:
        dynamodb.status = dynamodb_status
        dynamodb.body = {"__type": f"com.amazonaws#{code}", "message": f"{CANARY} is wrong"}
        response = send(http, service, "/query/user", json=REQUESTS["/query/user"])
        assert (response.status_code, code) == (status, code)
        assert CANARY not in response.text + str(response.headers)

    assert CANARY not in stop_and_read(service)


def test_rows_that_cannot_be_decoded_leave_no_trace(start_service, dynamodb, http):
    service = start_service()

    for item, status in [
        ({}, 200),
        ({CANARY: {"S": CANARY}}, 200),
        (ROW | {"user_id": {"S": f"{CANARY}-another"}}, 503),
        (ROW | {"created_at": {"S": CANARY}}, 200),
        (ROW | {"notification_key": {"S": CANARY}}, 200),
    ]:
        dynamodb.body = {"Count": 1, "ScannedCount": 1, "Items": [item]}
        response = send(http, service, "/query/user", json=REQUESTS["/query/user"])
        assert response.status_code == status
        assert CANARY not in response.text + str(response.headers)

    assert CANARY not in stop_and_read(service)


def test_late_responses_leave_no_trace(start_service, dynamodb, http):
    dynamodb.may_respond.clear()
    service = start_service(QUERY_DEADLINE_MS="200")

    response = send(http, service, "/query/user", json=REQUESTS["/query/user"])

    assert response.status_code == 504
    assert CANARY not in response.text
    dynamodb.may_respond.set()
    assert CANARY not in stop_and_read(service)


def test_refused_requests_leave_no_trace(start_service, dynamodb, http):
    dynamodb.may_respond.clear()
    service = start_service(QUERY_MAX_IN_FLIGHT="1")
    with ThreadPoolExecutor(1) as sender:
        held = sender.submit(send, http, service, "/query/user", json=REQUESTS["/query/user"])
        assert dynamodb.waiting.acquire(timeout=30)

        response = send(http, service, f"/query/user?u={CANARY}", json=REQUESTS["/query/user"])

        dynamodb.may_respond.set()
        held.result()
    assert response.status_code == 503
    assert CANARY not in response.text + str(response.headers)
    assert CANARY not in stop_and_read(service)


def test_clients_that_disconnect_or_do_not_speak_http_leave_no_trace(start_service, http):
    service = start_service()
    address = urlsplit(service.url)

    for sent in HALF_REQUESTS:
        with socket.create_connection((address.hostname, address.port)) as connection:
            connection.sendall(sent.encode())
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                pass
    http.get(f"{service.url}/users/{CANARY}")

    assert CANARY not in stop_and_read(service)
