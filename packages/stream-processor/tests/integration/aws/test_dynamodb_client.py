"""The client over real sockets, against a faulty server."""

import itertools
import json
import ssl
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import trustme
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import RefreshableCredentials
from botocore.exceptions import (
    ChecksumError,
    ClientError,
    ConnectionClosedError,
    NoCredentialsError,
    ReadTimeoutError,
    ResponseStreamingError,
    SSLError,
)

from stream_processor.aws.dynamodb_client import LeanDynamoDBClient
from testing.fault_server import (
    encode_response,
    reset,
    respond,
    run_fault_server,
    send_and_close,
    stay_silent,
)

REQUEST = {"TableName": "rows", "Item": {"user_id": {"S": "新年"}}}
CONNECTIONS = 8
hang_up = send_and_close(b"")


@pytest.fixture
def server():
    with run_fault_server() as faults:
        yield faults


@pytest.fixture
def certificate_authority():
    return trustme.CA()


@pytest.fixture
def tls_server(certificate_authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate_authority.issue_cert("127.0.0.1").configure_cert(context)
    with run_fault_server(context) as faults:
        yield faults


@pytest.fixture
def make_client(boto3_session):
    def make(url=None, session=boto3_session, **options):
        defaults = {"max_pool_connections": CONNECTIONS, "connect_timeout": 5, "read_timeout": 5}
        config = Config(**defaults | options)
        client = boto3_session.client("dynamodb", endpoint_url=url, config=config)
        return LeanDynamoDBClient(session, client)

    return make


@pytest.fixture
def put(server, make_client):
    """Call the server once."""
    client = make_client(server.url)
    return lambda: client.attempt_once("PutItem", REQUEST)


def connections_of(server):
    return [request.connection for request in server.requests]


def test_a_request_has_the_headers_and_body_of_dynamodb(put, server):
    response = put()

    (request,) = server.requests
    assert response == {}
    assert request.line == "POST / HTTP/1.1"
    assert request.headers["x-amz-target"] == "DynamoDB_20120810.PutItem"
    assert request.headers["content-type"] == "application/x-amz-json-1.0"
    assert request.headers["user-agent"].startswith("Boto3/")
    assert json.loads(request.body) == REQUEST


def test_the_body_and_every_header_that_dynamodb_reads_are_signed(put, server, boto3_session):
    put()

    (request,) = server.requests
    sent = {name: request.headers[name] for name in ("content-type", "x-amz-target")}
    again = AWSRequest("POST", f"{server.url}/", headers=sent, data=request.body)
    again.context["timestamp"] = request.headers["x-amz-date"]
    again.headers["X-Amz-Date"] = request.headers["x-amz-date"]
    signer = SigV4Auth(
        boto3_session.get_credentials().get_frozen_credentials(), "dynamodb", "ap-southeast-1"
    )
    text = signer.string_to_sign(again, signer.canonical_request(again))
    assert request.headers["authorization"].endswith(f"Signature={signer.signature(text, again)}")


def test_sequential_calls_share_a_connection(put, server):
    put()
    put()
    put()

    assert connections_of(server) == [0, 0, 0]


def test_concurrent_calls_use_at_most_one_connection_for_each_thread(put, server):
    with ThreadPoolExecutor(CONNECTIONS) as executor:
        responses = list(executor.map(lambda _: put(), range(200)))

    assert responses == [{}] * 200
    assert len(server.requests) == 200
    assert server.connections <= CONNECTIONS


def test_a_connection_closed_while_idle_is_replaced(put, server):
    server.acts = [send_and_close(encode_response()), respond()]
    put()

    assert put() == {}


@pytest.mark.parametrize("fault", [hang_up, reset], ids=["hang up", "reset"])
def test_a_connection_that_breaks_at_its_next_use_is_replaced(put, server, fault):
    server.acts = [respond(), fault, respond()]
    put()

    assert put() == {}
    assert connections_of(server) == [0, 0, 1]


@pytest.mark.parametrize("fault", [hang_up, reset], ids=["hang up", "reset"])
def test_a_request_is_sent_twice_to_a_server_that_hangs_up(put, server, fault):
    server.acts = [fault]

    with pytest.raises(ConnectionClosedError):
        put()

    assert connections_of(server) == [0, 1]


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(send_and_close(encode_response(200, b'{"a": 1}')[:-3]), id="cut"),
        pytest.param(respond(200, b"{}", x_amz_crc32="12345"), id="wrong checksum"),
    ],
)
def test_a_response_with_a_wrong_checksum_is_refused(put, server, act):
    server.acts = [act]

    with pytest.raises(ChecksumError):
        put()

    assert len(server.requests) == 1


@pytest.mark.parametrize("missing", [2, 4, 10, 30])
def test_a_truncated_response_is_refused(put, server, missing):
    server.acts = [send_and_close(encode_response()[:-missing])]

    with pytest.raises((ChecksumError, ResponseStreamingError)):
        put()


def test_an_error_response_with_a_wrong_checksum_is_refused(put, server):
    refusal = json.dumps({"__type": "x#ConditionalCheckFailedException"}).encode()
    server.acts = [respond(400, refusal, x_amz_crc32="12345")]

    with pytest.raises(ChecksumError):
        put()


@pytest.mark.parametrize("body", [b"<html>Sign in to this network</html>", b"", b"[]", b"\xff"])
def test_a_successful_response_without_a_json_object_is_refused(put, server, body):
    server.acts = [respond(200, body)]

    with pytest.raises(ResponseStreamingError):
        put()


def test_a_missing_response_ends_in_a_read_timeout(server, make_client):
    server.acts = [stay_silent]
    client = make_client(server.url, read_timeout=0.1)

    with pytest.raises(ReadTimeoutError):
        client.attempt_once("PutItem", REQUEST)

    assert len(server.requests) == 1


def test_a_connection_is_not_reused_after_a_read_timeout(server, make_client):
    server.acts = [stay_silent, respond()]
    client = make_client(server.url, read_timeout=0.1)
    with pytest.raises(ReadTimeoutError):
        client.attempt_once("PutItem", REQUEST)

    assert client.attempt_once("PutItem", REQUEST) == {}
    assert connections_of(server) == [0, 1]


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (400, b'{"__type": "com.amazonaws.dynamodb.v20120810#X", "message": "canary"}', "X"),
        (400, b'{"__type": "ThrottlingException"}', "ThrottlingException"),
        (500, b'{"__type": "com.amazonaws.dynamodb.v20120810#Internal"}', "Internal"),
        (503, b"<html>canary</html>", "503"),
        (502, b"", "502"),
        (301, b"{}", "301"),
        (400, b'["canary"]', "400"),
    ],
)
def test_an_error_carries_its_code_and_status_and_nothing_else(put, server, status, body, code):
    server.acts = [respond(status, body)]

    with pytest.raises(ClientError) as caught:
        put()

    response = caught.value.response
    assert response["Error"] == {"Code": code}
    assert response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert "canary" not in str(caught.value)
    assert len(server.requests) == 1


def test_each_call_is_signed_with_the_current_credentials(server, make_client):
    numbers = itertools.count()

    def refresh():
        number = next(numbers)
        return {
            "access_key": f"key-{number}",
            "secret_key": "unchecked",
            "token": f"token-{number}",
            # So soon that botocore takes new ones at each use.
            "expiry_time": (datetime.now(UTC) + timedelta(minutes=1)).isoformat(),
        }

    class Session:
        @staticmethod
        def get_credentials():
            return RefreshableCredentials.create_from_metadata(refresh(), refresh, "test")

    client = make_client(server.url, session=Session())
    client.attempt_once("PutItem", REQUEST)
    client.attempt_once("PutItem", REQUEST)

    keys = [each.headers["authorization"].split("/")[0] for each in server.requests]
    assert keys == ["AWS4-HMAC-SHA256 Credential=key-1", "AWS4-HMAC-SHA256 Credential=key-2"]
    tokens = [each.headers["x-amz-security-token"] for each in server.requests]
    assert tokens == ["token-1", "token-2"]


def test_a_session_without_credentials_is_refused(make_client):
    class Session:
        @staticmethod
        def get_credentials():
            return None

    with pytest.raises(NoCredentialsError):
        make_client("http://127.0.0.1:1", session=Session())


def test_the_endpoint_may_come_from_the_environment(server, make_client, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", server.url)

    make_client().attempt_once("PutItem", REQUEST)

    assert len(server.requests) == 1


def test_a_proxy_may_come_from_the_environment(server, make_client, monkeypatch):
    monkeypatch.setenv("http_proxy", server.url)

    make_client("http://dynamodb.test:8000").attempt_once("PutItem", REQUEST)

    assert server.requests[0].line == "POST http://dynamodb.test:8000/ HTTP/1.1"


def test_an_endpoint_may_be_exempt_from_the_proxy(server, make_client, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")

    make_client(server.url).attempt_once("PutItem", REQUEST)

    assert server.requests[0].line == "POST / HTTP/1.1"


def test_a_certificate_of_the_configured_authority_is_trusted(
    tls_server, certificate_authority, make_client, monkeypatch, tmp_path
):
    bundle = tmp_path / "authorities.pem"
    certificate_authority.cert_pem.write_to_path(bundle)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))

    assert make_client(tls_server.url).attempt_once("PutItem", REQUEST) == {}


def test_a_certificate_of_another_authority_is_refused(tls_server, make_client):
    with pytest.raises(SSLError):
        make_client(tls_server.url).attempt_once("PutItem", REQUEST)

    assert tls_server.requests == []


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
