import pytest

from query_api.http1.exchange import encode_response

from ...support.fake_client import FakeServer
from ...support.raw_http import split_responses
from ...support.virtual_time import run_in_virtual_time

DATE = [(b"date", b"today")]


def encode(headers=(), *, status=200, is_head=False, is_last=False):
    start = {"type": "http.response.start", "status": status, "headers": list(headers)}
    return encode_response(start, b"body", default_headers=DATE, is_head=is_head, is_last=is_last)


def serve(app):
    async def send_request():
        client = FakeServer(app).connect()
        await client.send(b"GET /secret HTTP/1.1\r\nHost: a\r\n\r\n")
        return client

    return run_in_virtual_time(send_request())


def test_a_response_has_the_servers_headers_and_the_applications():
    assert encode([(b"x", b"y")]) == b"HTTP/1.1 200 OK\r\ndate: today\r\nx: y\r\n\r\nbody"


def test_the_last_response_of_a_connection_says_so():
    assert b"\r\nconnection: close\r\n" in encode(is_last=True)


def test_the_response_to_head_has_no_body():
    assert encode(is_head=True).endswith(b"\r\n\r\n")


@pytest.mark.parametrize("value", [b"a\r\nb: c", b"a\rb", b"a\nb"])
def test_a_line_break_in_a_header_is_an_error(value):
    with pytest.raises(ValueError, match="line break"):
        encode([(b"x", value)])


def test_a_body_in_parts_is_sent_whole():
    async def send_parts(_scope, _receive, send):
        headers = [(b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"a", "more_body": True})
        await send({"type": "http.response.body", "body": b"b", "more_body": False})

    assert [each.body for each in split_responses(serve(send_parts).received)] == [b"ab"]


def test_the_body_is_received_once_and_then_the_client_counts_as_gone():
    received = []

    async def receive_twice(_scope, receive, _send):
        received.extend([(await receive())["type"], (await receive())["type"]])

    serve(receive_twice)

    assert received == ["http.request", "http.disconnect"]


async def fail(_scope, _receive, _send):
    raise KeyError("secret")


async def respond_with_a_line_break(_scope, _receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"a", b"\r\n")]})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def do_nothing(_scope, _receive, _send):
    pass


@pytest.mark.parametrize("app", [fail, respond_with_a_line_break, do_nothing])
def test_a_connection_whose_request_gets_no_response_ends(app):
    client = serve(app)

    assert (client.received, client.is_lost) == (b"", True)
    assert not client.connection.held_bytes


def test_a_failure_of_the_application_is_logged(caplog):
    serve(fail)

    assert [record.getMessage() for record in caplog.records] == ["the application failed"]
