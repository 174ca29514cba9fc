"""The wired handler against a server that injects faults."""

import asyncio
import json
import os
import ssl
import subprocess
import sys
from collections import Counter
from threading import Event

import pytest
import trustme

from aws_client import Credentials, Session
from notification_models import InvalidRecordError
from stream_processor.bootstrap import open_handler
from stream_processor.settings import Settings
from stream_processor.stream.quarantine import encode_message
from testing.fault_server import (
    reset,
    respond,
    run_fault_server,
    send_and_close,
    stay_silent,
)
from testing.waiting import wait_until

from ...support.fakes import Context

CONNECTIONS = 8
THROTTLED = respond(400, b'{"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException"}')
DENIED = respond(400, b'{"__type": "x#AccessDeniedException"}')
INVALID = respond(400, b'{"__type": "com.amazon.coral.validate#ValidationException"}')
CONDITION_FAILED = respond(400, b'{"__type": "x#ConditionalCheckFailedException"}')
ALL_DONE = {"batchItemFailures": []}


@pytest.fixture
def handler(server):
    settings = Settings(concurrency=CONNECTIONS, quarantine_queue_url=f"{server.url}/queue")
    session = Session("ap-southeast-1", Credentials("key", "unchecked"))
    with open_handler(settings, session, server.url) as handler:
        yield handler


@pytest.fixture
def make_batch(make_record, make_item):
    """Create an event of new records, all valid or all poison."""

    def make(size, **changes):
        items = [make_item(transaction_id=f"tx_{n}", **changes) for n in range(size)]
        return {"Records": [make_record(n, new=item) for n, item in enumerate(items)]}

    return make


def count_calls(server):
    return Counter(each.headers["x-amz-target"].rpartition(".")[2] for each in server.requests)


@pytest.mark.parametrize(
    ("changes", "operation"), [({}, "PutItem"), ({"user_id": None}, "SendMessage")]
)
@pytest.mark.parametrize(
    "act",
    [
        pytest.param(THROTTLED, id="throttled"),
        pytest.param(respond(500, b"{}"), id="failed"),
        pytest.param(respond(200, b"<html>"), id="no JSON"),
        pytest.param(respond(200, b"{}", x_amz_crc32="1"), id="wrong checksum"),
        pytest.param(send_and_close(b"HTTP/1.1 200 OK\r\n"), id="cut"),
    ],
)
def test_calls_that_fail_for_a_time_are_repeated(
    server, handler, make_batch, act, changes, operation
):
    server.acts = [act, act, respond()]

    response = handler(make_batch(1, **changes), Context())

    assert response == ALL_DONE
    assert count_calls(server) == {operation: 3}


def test_a_call_that_fails_five_times_is_reported(server, handler, make_batch):
    server.acts = [THROTTLED]

    response = handler(make_batch(1), Context())

    assert response == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert count_calls(server) == {"PutItem": 5}


@pytest.mark.parametrize(
    ("changes", "operation"), [({}, "PutItem"), ({"user_id": None}, "SendMessage")]
)
def test_a_refused_call_is_reported_at_once(server, handler, make_batch, changes, operation):
    server.acts = [DENIED]

    response = handler(make_batch(1, **changes), Context())

    assert response == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert count_calls(server) == {operation: 1}


def test_a_failed_condition_is_a_success_at_once(server, handler, make_batch):
    server.acts = [CONDITION_FAILED]

    response = handler(make_batch(1), Context())

    assert response == ALL_DONE
    assert count_calls(server) == {"PutItem": 1}


def test_the_record_of_an_invalid_row_is_quarantined_at_once(server, handler, make_batch):
    server.acts = [INVALID, respond()]
    batch = make_batch(1)

    response = handler(batch, Context())

    put, sent = server.requests
    assert response == ALL_DONE
    assert put.headers["x-amz-target"] == "DynamoDB_20120810.PutItem"
    assert json.loads(sent.body)["MessageBody"] == encode_message(
        batch["Records"][0],
        InvalidRecordError("row", "is invalid for DynamoDB: ValidationException"),
    )


def test_an_invalid_row_is_reported_if_the_quarantine_calls_its_record_invalid(
    server, handler, make_batch
):
    server.acts = [INVALID]

    response = handler(make_batch(1), Context())

    assert response == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert count_calls(server) == {"PutItem": 1, "SendMessage": 1}


def test_all_batches_share_a_number_of_connections(server, handler, make_batch):
    for _ in range(3):
        assert handler(make_batch(100), Context()) == ALL_DONE

    assert count_calls(server) == {"PutItem": 300}
    assert server.connections == CONNECTIONS


def test_when_the_time_is_up_calls_end_and_their_connections_close(server, handler, make_batch):
    server.acts = [stay_silent]

    # 2.5 s and the handler's own margin: an attempt given up after 3 s would be repeated.
    response = handler(make_batch(20), Context(3_500))

    assert response == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert len(server.requests) == CONNECTIONS
    wait_until(lambda: server.closed_connections == CONNECTIONS, "a connection stayed open")


async def close(exchange):
    exchange.writer.close()


def end_all_connections(server, end):
    """End every open connection from the server's side, and wait until that is done."""
    latest = {each.connection: each for each in server.requests}
    done = Event()

    async def end_all():
        for exchange in latest.values():
            await end(exchange)
        done.set()

    asyncio.run_coroutine_threadsafe(end_all(), server.loop)
    assert done.wait(10)
    wait_until(lambda: server.closed_connections == len(latest), "a connection stayed open")


@pytest.mark.parametrize("end", [close, reset])
def test_connections_that_died_between_invocations_are_replaced(server, handler, make_batch, end):
    """Between invocations Lambda freezes the function, so it notices nothing until the next one."""
    handler(make_batch(100), Context())
    end_all_connections(server, end)

    response = handler(make_batch(100), Context())

    written = {json.loads(each.body)["Item"]["transaction_id"]["S"] for each in server.requests}
    assert response == ALL_DONE
    assert len(written) == 100
    assert len(server.requests) == 200
    assert server.connections == 2 * CONNECTIONS


def test_connections_that_break_at_their_next_use_are_replaced(server, handler, make_batch):
    server.acts = [*[respond()] * CONNECTIONS, *[reset] * CONNECTIONS, respond()]
    handler(make_batch(CONNECTIONS), Context())

    response = handler(make_batch(CONNECTIONS), Context())

    assert response == ALL_DONE
    assert server.connections == 2 * CONNECTIONS


_INVOKE = """
import json, sys
sys.modules |= {"boto3": None, "botocore": None}  # as where neither is installed
from stream_processor.lambda_handlers import project_stream
class Context:
    get_remaining_time_in_millis = staticmethod(lambda: 30_000)
json.dump(project_stream(json.load(sys.stdin), Context()), sys.stderr)
"""


def test_lambdas_variables_are_all_that_the_function_needs(make_batch, tmp_path):
    authority, bundle = trustme.CA(), tmp_path / "authorities.pem"
    authority.cert_pem.write_to_path(bundle)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    with run_fault_server(tls) as server:
        done = subprocess.run(
            [sys.executable, "-c", _INVOKE],
            input=json.dumps(make_batch(1)),
            env={
                "AWS_LAMBDA_FUNCTION_NAME": "notification-stream-processor",
                "AWS_REGION": "ap-southeast-1",
                "AWS_ACCESS_KEY_ID": "key",
                "AWS_SECRET_ACCESS_KEY": "unchecked",
                "AWS_SESSION_TOKEN": "token",
                "AWS_ENDPOINT_URL": server.url,
                "AWS_CA_BUNDLE": os.fspath(bundle),
                "QUARANTINE_QUEUE_URL": f"{server.url}/queue",
            },
            capture_output=True,
            text=True,
            check=True,
        )

    (request,) = server.requests
    assert json.loads(done.stderr) == ALL_DONE
    assert request.headers["x-amz-security-token"] == "token"
    assert "Credential=key/" in request.headers["authorization"]
    assert "/ap-southeast-1/dynamodb/" in request.headers["authorization"]
