"""Both clients, over real connections to a server that fails."""

import gzip
import time

import pytest

from notification_client import (
    ConnectionFailedError,
    InvalidRequestError,
    InvalidResponseError,
    RateLimitedError,
    UnavailableError,
)
from testing.fault_server import (
    encode_response,
    reset,
    respond,
    send,
    send_and_close,
    send_slowly,
    stay_silent,
)
from testing.ports import find_ports


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_passing_fault_is_retried(server, find, encoded_page, status):
    server.acts = [respond(status, b"{}"), respond(status, b"<html>"), send(encoded_page)]

    assert find(server.url) == ["ok"]

    assert len(server.requests) == 3
    assert len({request.body for request in server.requests}) == 1


def test_a_lost_connection_is_retried(server, find, encoded_page):
    server.acts = [
        reset,
        send_and_close(b""),
        send_and_close(encoded_page[:-10]),
        send(encoded_page),
    ]

    assert find(server.url) == ["ok"]

    assert len(server.requests) == 4


def test_a_silent_server_is_given_up_and_retried(server, find, encoded_page):
    server.acts = [stay_silent, send(encoded_page)]

    assert find(server.url, timeout=1) == ["ok"]


def test_retry_after_is_obeyed(server, find, encoded_page):
    server.acts = [respond(503, b"{}", retry_after="1"), send(encoded_page)]
    start_s = time.monotonic()

    assert find(server.url) == ["ok"]

    assert time.monotonic() - start_s >= 1


def test_the_attempts_are_bounded(server, find):
    server.acts = [respond(503, b"{}", retry_after="0")]

    with pytest.raises(UnavailableError):
        find(server.url, attempts=3)

    assert len(server.requests) == 3


def test_a_wait_beyond_the_time_limit_is_not_begun(server, find):
    server.acts = [respond(429, b"{}", retry_after="3600")]

    with pytest.raises(RateLimitedError) as raised:
        find(server.url)

    assert raised.value.retry_after_s == 3600
    assert len(server.requests) == 1


def test_a_refused_request_is_not_repeated(server, find):
    server.acts = [respond(400, b"{}", retry_after="0")]

    with pytest.raises(InvalidRequestError):
        find(server.url)

    assert len(server.requests) == 1


def test_a_response_that_drips_is_given_up(server, find, encoded_page):
    head, _, body = encoded_page.partition(b"\r\n\r\n")

    async def drip(exchange):
        await send(head + b"\r\n\r\n")(exchange)
        await send_slowly(body)(exchange)

    server.acts = [drip]

    with pytest.raises(ConnectionFailedError, match="not whole in time"):
        find(server.url, within_s=0.5, timeout=5)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"content_type": "text/html"}, b"<html>Sign in</html>"),
        ({"content_encoding": "gzip"}, b"no gzip"),
        ({"content_encoding": "gzip"}, gzip.compress(b"[]")),
    ],
)
def test_what_is_not_of_the_api_is_an_error_at_once(server, find, headers, body):
    server.acts = [send(encode_response(200, body, **headers))]

    with pytest.raises(InvalidResponseError):
        find(server.url)

    assert len(server.requests) == 1


def test_a_refused_connection_is_an_error_with_its_reason(find):
    (port,) = find_ports(1)

    with pytest.raises(ConnectionFailedError, match="ConnectError"):
        find(f"http://127.0.0.1:{port}", attempts=2)


def test_connections_are_kept_between_requests(server, find):
    first = b'{"data": [], "message": "1", "next_cursor": "a"}'
    last = b'{"data": [], "message": "2", "next_cursor": null}'
    server.acts = [respond(200, first), respond(200, last)]

    assert find(server.url) == ["1", "2"]

    assert server.connections == 1
