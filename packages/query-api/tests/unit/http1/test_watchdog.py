import asyncio

import pytest

from query_api.http1.watchdog import Watchdog

from ...support.fake_client import Echo, FakeServer, let_work
from ...support.virtual_time import run_in_virtual_time

GET = b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n"


def run(scenario):
    """Run a scenario with a new application; it takes 0 s."""
    return run_in_virtual_time(scenario(Echo()))


@pytest.mark.parametrize("size", [1, 1_000_000])
def test_a_client_that_does_not_read_loses_its_connection_within_6_s(size):
    async def scenario(app):
        app.size = size
        client = FakeServer(app).connect(takes_bytes=10)
        await client.send(GET)
        await asyncio.sleep(4.9)
        was_lost = client.is_lost
        await asyncio.sleep(1.1)
        return was_lost, client.is_lost

    assert run(scenario) == (False, True)


def test_of_too_many_unsent_bytes_the_oldest_are_given_up():
    async def scenario(app):
        app.size = 1000
        server = FakeServer(app, Watchdog(max_held_bytes=3500))
        clients = [server.connect(takes_bytes=0) for _ in range(5)]
        for client in clients:
            await client.send(GET)
        return [client.is_lost for client in clients]

    assert run(scenario) == [True, True, False, False, False]


@pytest.mark.parametrize("connection", [b"", b"Connection: close\r\n"])
def test_one_response_of_too_many_bytes_ends_its_own_connection(connection):
    async def scenario(app):
        app.size = 1000
        client = FakeServer(app, Watchdog(max_held_bytes=500)).connect(takes_bytes=0)
        await client.send(GET.removesuffix(b"\r\n") + connection + b"\r\n" + GET)
        return client.is_lost, app.ended

    assert run(scenario) == (True, ["/a"])


def test_requests_behind_an_unsent_response_count_as_held():
    async def scenario(app):
        server = FakeServer(app, Watchdog(max_held_bytes=3500))
        client = server.connect(takes_bytes=10)
        await client.send(GET, GET * 1000)
        await asyncio.sleep(1)
        return client.is_lost

    assert run(scenario)


def test_connections_above_the_limit_end_at_once():
    async def scenario(app):
        server = FakeServer(app, Watchdog(max_connections=2))
        clients = [server.connect() for _ in range(3)]
        await let_work()
        await clients[0].end()
        clients.append(server.connect())
        await let_work()
        return [client.is_lost for client in clients]

    assert run(scenario) == [True, False, True, False]
