"""Responses over real sockets, from a peer that breaks the rules."""

import asyncio
import json

import pytest

from aws_client import ConnectionFailedError, DeadlineExceededError, UnavailableError
from aws_client.operations import QUERY, decode_object
from testing.fault_server import encode_response, send
from testing.waiting import wait_until


@pytest.fixture
def call_for(make_client, faults, runner):
    """Call repeatedly; return whose the responses are, or the errors."""
    client = make_client(faults.url, max_connections=1, attempt_timeout_s=0.2)

    async def call_all(count, pause_s):
        numbers = []
        for _ in range(count):
            try:
                response = await client.call(QUERY, b"{}", decode_object)
                numbers.append(response["for"])
            except UnavailableError as error:
                numbers.append(error.code)
            except DeadlineExceededError:
                numbers.append("late")
            await asyncio.sleep(pause_s)
        return numbers

    return lambda count, pause_s=0.0: runner.run(call_all(count, pause_s))


def encode_for(number):
    """Encode a response whose body says whose it is."""
    body = json.dumps({"for": number}).encode()
    return encode_response(200, body, x_amzn_requestid=f"id-{number}")


def respond_around(faults, before=b"", after=b"", pause_s=0.0, after_pause_s=0.0):
    """Respond to each request, with other bytes before and after its response."""

    async def act(exchange):
        response = encode_for(len(faults.requests))
        if pause_s:
            exchange.writer.write(before)
            await asyncio.sleep(pause_s)
            exchange.writer.write(response)
        else:
            exchange.writer.write(before + response + (b"" if after_pause_s else after))
        if after_pause_s:
            await asyncio.sleep(after_pause_s)
            exchange.writer.write(after)

    return act


EARLY_HINTS = b"HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
SWITCHING = b"HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n"


@pytest.mark.parametrize("pause_s", [0, 0.02], ids=["in one segment", "before"])
@pytest.mark.parametrize("interim", [EARLY_HINTS, CONTINUE, 3 * CONTINUE])
def test_interim_responses_are_skipped(call_for, faults, interim, pause_s):
    faults.acts = [respond_around(faults, before=interim, pause_s=pause_s)]

    assert call_for(3) == [1, 2, 3]
    assert faults.connections == 1


def test_an_unasked_upgrade_fails_its_connection(call_for, faults):
    faults.acts = [send(SWITCHING), respond_around(faults)]

    assert call_for(2) == ["UnaskedUpgrade", 2]
    assert faults.connections == 2


@pytest.mark.parametrize("pause_s", [0, 0.02])
def test_a_response_that_is_doubled_at_once_ends_its_connection(call_for, faults, pause_s):
    async def act(exchange):
        exchange.writer.write(2 * encode_for(len(faults.requests)))

    faults.acts = [act]

    assert call_for(3, pause_s) == [1, 2, 3]
    assert faults.connections == 3


def test_a_response_that_is_doubled_late_is_not_that_of_the_next_request(call_for, faults):
    async def repeat(exchange):
        exchange.writer.write(encode_for(1))

    faults.acts = [respond_around(faults), repeat, respond_around(faults)]

    assert call_for(3) == [1, "RepeatedResponse", 3]
    assert [each.connection for each in faults.requests] == [0, 0, 1]


@pytest.mark.parametrize("data", [encode_for("nobody"), CONTINUE, b"H", b"\r\n"])
def test_anything_that_arrives_while_idle_ends_its_connection(call_for, faults, data):
    faults.acts = [respond_around(faults, after=data, after_pause_s=0.02)]

    assert call_for(3, pause_s=0.1) == [1, 2, 3]
    assert faults.connections == 3


def test_a_response_after_the_timeout_is_not_that_of_the_next_request(call_for, faults):
    faults.acts = [respond_around(faults, pause_s=0.3), respond_around(faults)]

    assert call_for(2, pause_s=0.2) == ["late", 2]
    assert [each.connection for each in faults.requests] == [0, 1]


async def send_endlessly(exchange, start, more):
    exchange.writer.write(start)
    while not exchange.writer.is_closing():
        exchange.writer.write(more)
        await exchange.writer.drain()


@pytest.mark.parametrize(
    ("start", "more"),
    [
        (b"HTTP/1.1 200 OK\r\n", b"x-header: %s\r\n" % (60_000 * b"x")),
        (b"HTTP/1.1 200 OK\r\nx-header: ", 60_000 * b"x"),
        (b"", 1000 * CONTINUE),
        (b"HTTP/1.1 200 OK\r\n\r\n", 60_000 * b"x"),
    ],
    ids=["headers", "one header", "interim responses", "body"],
)
def test_an_endless_response_is_bounded(make_client, runner, faults, start, more):
    faults.acts = [lambda exchange: send_endlessly(exchange, start, more)]
    client = make_client(faults.url, attempt_timeout_s=1)

    with pytest.raises((ConnectionFailedError, DeadlineExceededError)):
        runner.run(client.call(QUERY, b"{}", decode_object))

    wait_until(lambda: faults.closed_connections == 1, "the connection is still open")
