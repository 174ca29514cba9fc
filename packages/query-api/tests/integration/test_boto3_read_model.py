"""What only DynamoDB can do wrong."""

import asyncio
import json
import socket
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import boto3
import pytest

from notification_models.schema import NOTIFICATION_RECORDS
from query_api.dynamodb.boto3_read_model import Boto3ReadModel, create_client
from query_api.exceptions import (
    DeadlineExceededError,
    InvalidSettingsError,
    RefusedError,
    ThrottledError,
    UnavailableError,
)
from query_api.read_model import RowQuery, Selection

QUERY = RowQuery(index=None, partitions=("u",), selection=Selection(limit=10))


@pytest.fixture
def session():
    return boto3.Session("123456789012", "unchecked", region_name="ap-southeast-1")


@pytest.fixture
def ask_at(session):
    """Ask the DynamoDB at this URL, one attempt of which may take 200 ms."""

    def ask(url):
        client = create_client(session, endpoint_url=url, attempt_timeout_s=0.2, max_connections=1)
        read_model = Boto3ReadModel(client, NOTIFICATION_RECORDS.name, max_threads=1)
        try:
            return asyncio.run(read_model.get_page(QUERY))
        finally:
            read_model.close()

    return ask


@pytest.fixture
def silent_url():
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_table_that_is_not_there_is_a_refusal(ask_at, emulator_url):
    with pytest.raises(RefusedError) as caught:
        ask_at(emulator_url)

    assert caught.value.code == "ResourceNotFoundException"


def test_an_endpoint_that_nobody_listens_at_is_unavailable(ask_at):
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"

    with pytest.raises(UnavailableError):
        ask_at(url)


def test_an_endpoint_that_never_answers_exceeds_the_deadline(ask_at, silent_url):
    with pytest.raises(DeadlineExceededError):
        ask_at(silent_url)


@pytest.fixture
def _no_aws_configuration(monkeypatch):
    for variable in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(variable, "/dev/null")
    for variable in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ACCESS_KEY_ID"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def failing_server():
    """A DynamoDB that answers every request with the status and code given to it."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.server.requests += 1
            status, code = self.server.answer
            body = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}"}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        server.requests = 0
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("status", "code", "kind", "attempts"),
    [
        (400, "ProvisionedThroughputExceededException", ThrottledError, 1),
        (400, "ThrottlingException", ThrottledError, 1),
        (500, "InternalServerError", UnavailableError, 3),
        (400, "AccessDeniedException", RefusedError, 1),
    ],
)
def test_only_what_may_pass_in_time_is_tried_again(
    ask_at, failing_server, status, code, kind, attempts
):
    failing_server.answer = (status, code)

    with pytest.raises(kind, match=code):
        ask_at(f"http://127.0.0.1:{failing_server.server_port}")

    assert failing_server.requests == attempts


@pytest.mark.usefixtures("_no_aws_configuration")
def test_no_credentials_are_a_refusal(emulator_url):
    client = create_client(
        boto3.Session(region_name="ap-southeast-1"),
        endpoint_url=emulator_url,
        attempt_timeout_s=1,
        max_connections=1,
    )
    read_model = Boto3ReadModel(client, NOTIFICATION_RECORDS.name, max_threads=1)

    with pytest.raises(RefusedError) as caught:
        asyncio.run(read_model.get_page(QUERY))

    read_model.close()
    assert caught.value.code == "NoCredentialsError"


@pytest.mark.usefixtures("_no_aws_configuration")
def test_no_region_is_a_bad_setting():
    with pytest.raises(InvalidSettingsError, match="region"):
        create_client(None, endpoint_url=None, attempt_timeout_s=1, max_connections=1)


def test_a_profile_that_is_not_there_is_a_bad_setting(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "nobody-has-this-profile")

    with pytest.raises(InvalidSettingsError, match="nobody-has-this-profile"):
        create_client(None, endpoint_url=None, attempt_timeout_s=1, max_connections=1)
