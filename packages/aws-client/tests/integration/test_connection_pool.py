import asyncio
import socket
from pathlib import Path

import pytest

from aws_client import UnavailableError
from aws_client.connection_pool import ConnectionPool, Origin
from aws_client.errors import ConnectionFailedError, DeadlineExceededError
from aws_client.operations import QUERY, decode_object
from testing.fault_server import (
    encode_response,
    respond,
    send,
    send_and_close,
    stay_silent,
)
from testing.waiting import wait_until

from ..support.waiting import wait_for

REQUEST = b"POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}"
TIMEOUT_S = 10


@pytest.fixture
def make_pool(faults):
    pools = []

    def make(*, max_connections=2, **options):
        origin = Origin("127.0.0.1", int(faults.url.rpartition(":")[2]), None)
        pool = ConnectionPool(
            origin, max_connections=max_connections, connect_timeout_s=TIMEOUT_S, **options
        )
        pools.append(pool)
        return pool

    return make


@pytest.fixture
def run(runner):
    def run_and_close(pool, coroutine):
        async def go():
            try:
                return await coroutine
            finally:
                pool.close()
                await asyncio.sleep(0)

        return runner.run(go())

    return run_and_close


def test_no_more_connections_are_open_than_allowed(make_pool, run, faults):
    faults.acts = [respond(200, b"{}")]
    pool = make_pool(max_connections=2)

    async def exchange():
        return await asyncio.gather(*(pool.exchange(REQUEST, TIMEOUT_S) for _ in range(10)))

    responses = run(pool, exchange())

    assert [each.status for each in responses] == [200] * 10
    assert faults.connections <= 2


def test_a_cancelled_exchange_closes_its_connection_and_frees_its_place(make_pool, run, faults):
    faults.acts = [stay_silent, respond(200, b"second")]
    pool = make_pool(max_connections=1)

    async def exchange():
        cancelled = asyncio.create_task(pool.exchange(REQUEST, TIMEOUT_S))
        await wait_for(lambda: faults.requests)
        cancelled.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cancelled
        return await pool.exchange(REQUEST, TIMEOUT_S)

    assert run(pool, exchange()).body == b"second"
    assert faults.connections == 2


def test_a_late_response_is_not_taken_for_the_next_one(make_pool, run, faults):
    late = asyncio.Event()

    async def respond_late(exchange):
        await late.wait()
        exchange.writer.write(encode_response(200, b"late"))

    faults.acts = [respond_late, respond(200, b"in time")]
    pool = make_pool()

    async def exchange():
        with pytest.raises(DeadlineExceededError):
            await pool.exchange(REQUEST, 0.05)
        faults.loop.call_soon_threadsafe(late.set)
        return await pool.exchange(REQUEST, TIMEOUT_S)

    assert run(pool, exchange()).body == b"in time"


def test_a_response_without_a_request_closes_its_connection(make_pool, run, faults):
    faults.acts = [send(2 * encode_response(200, b"one")), respond(200, b"two")]
    pool = make_pool()

    async def exchange():
        first = await pool.exchange(REQUEST, TIMEOUT_S)
        await asyncio.sleep(0.01)
        return first, await pool.exchange(REQUEST, TIMEOUT_S)

    first, second = run(pool, exchange())

    assert (first.body, second.body) == (b"one", b"two")


def test_a_response_that_is_too_large_fails_its_connection(make_pool, run, faults):
    faults.acts = [respond(200, bytes(9 * 1024 * 1024))]
    pool = make_pool()

    with pytest.raises(ConnectionFailedError, match="ResponseTooLarge"):
        run(pool, pool.exchange(REQUEST, TIMEOUT_S))


def test_a_larger_response_is_read_where_the_options_allow_it(make_pool, run, faults):
    faults.acts = [respond(200, bytes(9 * 1024 * 1024))]
    pool = make_pool(max_response_bytes=10 * 1024 * 1024)

    response = run(pool, pool.exchange(REQUEST, TIMEOUT_S))

    assert len(response.body) == 9 * 1024 * 1024


def test_a_chunked_response_is_read(make_pool, run, faults):
    faults.acts = [
        send(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"
        )
    ]
    pool = make_pool()

    assert run(pool, pool.exchange(REQUEST, TIMEOUT_S)).body == b"onetwo"


def test_the_connection_used_last_is_used_first(make_pool, run, faults):
    released = asyncio.Event()

    async def respond_late(exchange):
        await released.wait()
        exchange.writer.write(encode_response(200, b"late"))

    faults.acts = [respond_late, respond(200, b"early")]
    pool = make_pool(max_connections=2)

    async def exchange_three():
        late = asyncio.create_task(pool.exchange(REQUEST, TIMEOUT_S))
        await wait_for(lambda: faults.requests)
        await pool.exchange(REQUEST, TIMEOUT_S)
        faults.loop.call_soon_threadsafe(released.set)
        await late
        await pool.exchange(REQUEST, TIMEOUT_S)

    run(pool, exchange_three())

    used_last, other, used_next = [each.writer for each in faults.requests]
    assert other is not used_last
    assert used_next is used_last


def test_a_new_connection_is_opened_on_demand(make_pool, run, faults):
    faults.acts = [respond(200, b"{}")]
    pool = make_pool()

    async def exchange():
        await pool.exchange(REQUEST, TIMEOUT_S)
        await pool.exchange(REQUEST, TIMEOUT_S, on_new_connection=True)

    run(pool, exchange())

    assert faults.connections == 2


@pytest.mark.parametrize(
    ("calls", "concurrency"),
    [(100, 1), (100, 20), pytest.param(2_000, 20, marks=pytest.mark.proof)],
)
@pytest.mark.parametrize(
    "fault",
    [
        respond(500),
        respond(200, b"{}", x_amz_crc32="1"),
        respond(200, b"<html>"),
        send_and_close(b""),
        respond(500, connection="close"),
        send_and_close(encode_response(500)),
    ],
    ids=["500", "checksum", "HTML", "hang up", "close announced", "close"],
)
def test_failing_calls_open_no_more_connections(
    make_client, faults, runner, fault, concurrency, calls
):
    faults.acts = [fault]
    client = make_client(faults.url, max_connections=4, attempts=3)
    before = count_files()

    async def call_repeatedly():
        for _ in range(calls // concurrency):
            with pytest.raises(UnavailableError):
                await client.call(QUERY, b"{}", decode_object)

    async def call_all():
        await asyncio.gather(*(call_repeatedly() for _ in range(concurrency)))

    runner.run(call_all())

    wait_until(lambda: faults.open_connections <= 4, lambda: f"{faults.open_connections} are open")
    assert count_files() <= before + 2 * 4  # both ends are in this process
    assert faults.most_open_connections <= 4 + concurrency


def count_files():
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.usefixtures("_trust")
def test_a_connection_that_a_peer_does_not_close_is_closed_over_tls(
    tls_faults, make_client, runner
):
    async def respond_and_stop_reading(exchange):
        exchange.writer.write(encode_response(200, b"{}", connection="close"))
        exchange.writer.transport.pause_reading()
        try:
            await asyncio.sleep(60)
        finally:
            exchange.writer.transport.abort()

    tls_faults.acts = [respond_and_stop_reading]
    client = make_client(tls_faults.url, max_connections=2)
    before = count_files()

    async def call_repeatedly():
        for _ in range(20):
            assert await client.call(QUERY, b"{}", decode_object) == {}

    runner.run(call_repeatedly())

    assert count_files() <= before + 20 + 3  # the server's ends stay open


def test_connections_that_take_too_long_are_closed(make_client, runner):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}"  # never shakes hands
        client = make_client(url, max_connections=2, connect_timeout_s=0.02)
        before = count_files()

        async def call_all():
            calls = (client.call(QUERY, b"{}", decode_object) for _ in range(20))
            return await asyncio.gather(*calls, return_exceptions=True)

        errors = runner.run(call_all())

    assert [(type(each), each.code) for each in errors] == 20 * [
        (ConnectionFailedError, "TimeoutError")
    ]
    assert count_files() <= before
