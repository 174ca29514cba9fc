"""The client over real sockets, against a faulty server."""

import asyncio
import json
import socket
from datetime import UTC, datetime

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials

from aws_client import (
    AwsError,
    ConnectionFailedError,
    DeadlineExceededError,
    UnavailableError,
)
from aws_client.operations import PUT_ITEM, QUERY, SEND_MESSAGE, create_invoke, decode_object
from testing.fault_server import (
    encode_response,
    reset,
    respond,
    send,
    send_and_close,
    send_slowly,
    stay_silent,
)

BODY = json.dumps({"Items": [{"user_id": {"S": "新年"}}]}, ensure_ascii=False).encode()
RESPONSE = json.loads(BODY)
WHOLE = encode_response(200, BODY)
WRONG_CHECKSUM = encode_response(200, BODY, x_amz_crc32="1")
CONNECTIONS = 8
hang_up = send_and_close(b"")


@pytest.fixture
def call(make_client, faults, runner):
    """Call the server with up to three attempts."""
    client = make_client(faults.url, attempts=3, attempt_timeout_s=1)
    return lambda operation=QUERY: runner.run(client.call(operation, BODY, decode_object))


@pytest.fixture
def call_once(make_client, faults, runner):
    client = make_client(faults.url, attempts=1, attempt_timeout_s=1)
    return lambda operation=QUERY: runner.run(client.call(operation, BODY, decode_object))


def get_connections(faults):
    return [request.connection for request in faults.requests]


@pytest.mark.parametrize(
    ("operation", "service", "path", "headers"),
    [
        (
            PUT_ITEM,
            "dynamodb",
            "/",
            {
                "content-type": "application/x-amz-json-1.0",
                "x-amz-target": "DynamoDB_20120810.PutItem",
            },
        ),
        (
            SEND_MESSAGE,
            "sqs",
            "/",
            {
                "content-type": "application/x-amz-json-1.0",
                "x-amz-target": "AmazonSQS.SendMessage",
            },
        ),
        (
            create_invoke("query:live"),
            "lambda",
            "/2015-03-31/functions/query%3Alive/invocations",
            {"content-type": "application/json"},
        ),
    ],
    ids=["dynamodb", "sqs", "lambda"],
)
def test_a_request_is_what_botocores_signer_expects(
    call_once, faults, operation, service, path, headers
):
    call_once(operation)

    (request,) = faults.requests
    assert request.line == f"POST {path} HTTP/1.1"
    assert request.body == BODY
    assert request.headers.items() >= headers.items()
    assert request.headers["user-agent"] == "test/1"
    assert request.headers["x-amz-security-token"] == "token"
    sent_at = datetime.strptime(request.headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert abs(sent_at - datetime.now(UTC)).total_seconds() < 60
    assert request.headers["authorization"].endswith(sign_again(request, service, faults.url, path))


def sign_again(request, service, url, path):
    names = ("content-type", "x-amz-target", "x-amz-security-token")
    sent = {name: request.headers[name] for name in names if name in request.headers}
    again = AWSRequest("POST", url + path, headers=sent, data=request.body)
    again.context["timestamp"] = request.headers["x-amz-date"]
    again.headers["X-Amz-Date"] = request.headers["x-amz-date"]
    signer = SigV4Auth(BotocoreCredentials("access", "secret", "token"), service, "ap-southeast-1")
    text = signer.string_to_sign(again, signer.canonical_request(again))
    return f"Signature={signer.signature(text, again)}"


PASSING_FAULTS = [
    pytest.param(reset, ConnectionFailedError, id="reset"),
    pytest.param(hang_up, ConnectionFailedError, id="closed without a response"),
    pytest.param(
        send_and_close(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), ConnectionFailedError, id="not HTTP"
    ),
    pytest.param(send_and_close(WHOLE[:-9]), ConnectionFailedError, id="part of a body"),
    pytest.param(send_and_close(WHOLE[:40]), ConnectionFailedError, id="part of a head"),
    pytest.param(
        send_and_close(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n"),
        ConnectionFailedError,
        id="part of the chunks",
    ),
    pytest.param(
        send_and_close(b"HTTP/1.1 200 OK\r\n\r\n" + BODY[:-9]),
        UnavailableError,
        id="part of a body without a length",
    ),
    pytest.param(send(WRONG_CHECKSUM), UnavailableError, id="wrong checksum"),
    pytest.param(respond(400, b"{}", x_amz_crc32="1"), UnavailableError, id="wrong checksum, 400"),
    pytest.param(respond(200, b"<html>"), UnavailableError, id="not JSON"),
    pytest.param(respond(200, b"[]"), UnavailableError, id="not an object"),
    pytest.param(respond(200, b'{"a": "\xff"}'), UnavailableError, id="not UTF-8"),
    pytest.param(respond(200, 100_000 * b"["), UnavailableError, id="brackets"),
    pytest.param(respond(500, 100_000 * b"["), UnavailableError, id="500 with brackets"),
    pytest.param(respond(500, b'{"__type": "\xff"}'), UnavailableError, id="500, not UTF-8"),
    pytest.param(respond(500, b'{"__type": "X"}'), UnavailableError, id="500"),
    pytest.param(respond(503, b"<html>busy</html>"), UnavailableError, id="503 of a proxy"),
]


@pytest.mark.parametrize(("fault", "error"), PASSING_FAULTS)
def test_a_passing_fault_is_retried(call, faults, fault, error):
    assert issubclass(error, UnavailableError)
    faults.acts = [fault, fault, respond(200, BODY)]

    assert call() == RESPONSE


@pytest.mark.parametrize(("fault", "error"), PASSING_FAULTS)
def test_a_lasting_fault_is_raised_after_the_last_attempt(call, faults, fault, error):
    faults.acts = [fault]

    with pytest.raises(error):
        call()

    assert len(faults.requests) == 3


@pytest.mark.parametrize("fault", [stay_silent, send_slowly(WHOLE)], ids=["silence", "slow bytes"])
def test_a_response_that_takes_too_long_exceeds_the_deadline(call_once, faults, fault):
    faults.acts = [fault]

    with pytest.raises(DeadlineExceededError):
        call_once()


def test_an_endpoint_without_a_listener_is_a_failed_connection(make_client, runner):
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
    client = make_client(url, attempts=2)

    with pytest.raises(ConnectionFailedError, match="ConnectionRefusedError"):
        runner.run(client.call(QUERY, BODY, decode_object))


def test_a_response_without_a_length_ends_with_its_connection(call_once, faults):
    faults.acts = [send_and_close(b"HTTP/1.1 200 OK\r\n\r\n" + BODY)]

    assert [call_once(), call_once()] == [RESPONSE] * 2
    assert get_connections(faults) == [0, 1]


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (400, b'{"__type": "com.amazonaws.dynamodb.v20120810#X", "message": "canary"}', "X"),
        (503, b"<html>canary</html>", "503"),
        (301, b"{}", "301"),
        (400, b'["canary"]', "400"),
    ],
)
def test_an_error_carries_its_code_and_nothing_else(call_once, faults, status, body, code):
    faults.acts = [respond(status, body, x_canary="canary")]

    with pytest.raises(AwsError) as caught:
        call_once()

    assert caught.value.code == code
    assert str(caught.value) == code
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "closing",
    [
        pytest.param([send_and_close(WHOLE)], id="while idle"),
        pytest.param([respond(200, BODY), hang_up], id="as it is used again"),
        pytest.param([respond(200, BODY), reset], id="by a reset as it is used again"),
        pytest.param([respond(200, BODY, connection="close")], id="as announced"),
    ],
)
def test_a_closed_connection_does_not_fail_the_next_call(call_once, faults, closing):
    faults.acts = [*closing, respond(200, BODY)]

    assert [call_once() for _ in range(3)] == [RESPONSE] * 3


@pytest.mark.parametrize("fault", [hang_up, reset], ids=["hang up", "reset"])
def test_a_server_that_hangs_up_gets_a_request_once_for_each_attempt(call, faults, fault):
    faults.acts = [fault]

    with pytest.raises(ConnectionFailedError):
        call()

    assert get_connections(faults) == [0, 1, 2]


def test_one_connection_serves_one_call_after_another(call_once, faults):
    for _ in range(5):
        call_once()

    assert get_connections(faults) == [0] * 5


@pytest.mark.parametrize(
    "fault",
    [
        respond(500),
        respond(200, BODY, x_amz_crc32="1"),
        respond(200, b"<html>"),
        respond(400, b'{"__type": "ThrottlingException"}'),
    ],
    ids=["500", "wrong checksum", "HTML", "throttled"],
)
def test_retries_stay_on_a_connection_that_works(call, faults, fault):
    faults.acts = [fault]

    for _ in range(10):
        with pytest.raises(AwsError):
            call()

    assert faults.connections == 1


def test_concurrent_calls_share_the_connections(make_client, faults, runner):
    client = make_client(faults.url, max_connections=CONNECTIONS)

    async def call_together():
        calls = (client.call(QUERY, BODY, decode_object) for _ in range(200))
        return await asyncio.gather(*calls)

    assert runner.run(call_together()) == [{}] * 200
    assert len(faults.requests) == 200
    assert faults.connections <= CONNECTIONS
