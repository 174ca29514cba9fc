import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ...support.fake_client import Echo, FakeServer, cut, let_work
from ...support.raw_http import split_responses
from ...support.virtual_time import run_in_virtual_time

GET = b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
OTHER = b"GET /b HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST /c HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
UPGRADE = POST.replace(b"Host", b"Connection: Upgrade\r\nUpgrade: h2c\r\nHost")
INVALID = b"GET /d HTTP/1.1\r\n\r\n"
REQUESTS = [GET, OTHER, POST, UPGRADE, INVALID]
PARTS = [
    *(b"\r\n", b"\n", b"\r", b" ", b":", b"\0", b"\xff", b"#", b"GET ", b"/", b" HTTP/1.1\r\n"),
    *(b"CONNECT a:1", b"Host: a\r\n", b"Content-Length: 5\r\n", b"Connection: close\r\n"),
    *(b"Transfer-Encoding: chunked\r\n", b"3\r\nabc\r\n", b"0\r\n\r\n", b"x" * 5000),
    *(b"Upgrade: h2c\r\n", b"Connection: upgrade\r\n", b" HTTP/1.0\r\n", b"Expect: a\r\n"),
]
HALF_HEAD = GET[:10]
HALF_BODY = POST[:-1]


def run(scenario):
    """Run a scenario with a new application; it takes 0 s."""
    return run_in_virtual_time(scenario(Echo()))


def test_pipelined_requests_are_answered_one_after_another_in_order():
    async def scenario(app):
        app.may_respond.clear()
        client = FakeServer(app).connect()
        await client.send(GET + OTHER + POST)
        begun = list(app.begun)
        app.may_respond.set()
        await let_work()
        return begun, client

    begun, client = run(scenario)

    assert begun == ["/a"]
    assert [each.body for each in split_responses(client.received)] == [b"/a", b"/b", b"/cabc"]


@given(
    st.data(),
    st.lists(st.sampled_from([GET, OTHER, POST, UPGRADE]), max_size=8),
    st.sampled_from([b"", INVALID, INVALID + GET]),
)
@settings(max_examples=200)
def test_responses_are_the_same_wherever_the_bytes_of_requests_are_cut(data, requests, end):
    sent = b"".join(requests) + end
    segments = cut(sent, data.draw(st.lists(st.integers(0, len(sent)), max_size=20)))

    async def scenario(app):
        client = FakeServer(app).connect()
        await client.send(*segments)
        return client

    received = run(scenario).received
    responses = [(each.status, each.body) for each in split_responses(received)]

    expected = [(200, {GET: b"/a", OTHER: b"/b"}.get(each, b"/cabc")) for each in requests]
    assert responses == expected + [(400, b"/d")] * bool(end)


@given(st.lists(st.sampled_from([*PARTS, *REQUESTS]), max_size=20).map(b"".join), st.data())
@settings(max_examples=300)
def test_whatever_a_client_sends_each_response_is_whole_and_the_connection_ends(sent, data):
    segments = cut(sent, data.draw(st.lists(st.integers(0, len(sent)), max_size=20)))

    async def scenario(app):
        server = FakeServer(app)
        client = server.connect()
        await client.send(*segments)
        await client.end()
        return app, client, server.state

    app, client, state = run(scenario)

    statuses = [each.status for each in split_responses(client.received)]
    assert statuses == [200 if each.startswith("/") else 400 for each in app.ended]
    assert client.is_lost
    assert not state.tasks | state.connections


def test_no_request_begins_while_a_response_is_unsent():
    async def scenario(app):
        client = FakeServer(app).connect(takes_bytes=10)
        await client.send(GET + OTHER, POST)
        stalled = list(app.begun), list(app.ended)
        await client.take_all()
        return stalled, client

    (begun, ended), client = run(scenario)

    assert (begun, ended) == (["/a"], ["/a"])
    assert [each.status for each in split_responses(client.received)] == [200] * 3


@pytest.mark.parametrize(
    ("sent", "limit_s"), [(HALF_HEAD, 10), (HALF_BODY, 5), (GET + HALF_HEAD, 10)]
)
def test_a_request_that_is_never_whole_is_refused_in_time(sent, limit_s):
    async def scenario(app):
        client = FakeServer(app).connect()
        await client.send(sent)
        await asyncio.sleep(limit_s - 0.1)
        before = list(app.ended)
        await asyncio.sleep(1.1)
        return before, app.ended, client

    before, after, client = run(scenario)

    assert after == [*before, "RequestTimeoutError"]
    assert b"connection: close" in client.received
    assert client.is_ended


@pytest.mark.parametrize("sent", [GET, POST])
def test_a_request_that_comes_byte_by_byte_has_its_time_as_a_whole(sent):
    async def scenario(app):
        client = FakeServer(app).connect()
        for at in range(len(sent)):
            await client.send(sent[at : at + 1])
            await asyncio.sleep(1)
        return app.ended

    assert run(scenario) == ["RequestTimeoutError"]


def test_each_request_of_a_slow_client_has_its_own_time():
    async def scenario(app):
        client = FakeServer(app).connect()
        sent = (GET * 10)[5:]
        await client.send(GET[:5])
        for segment in cut(sent, range(len(GET), len(sent), len(GET))):
            await asyncio.sleep(9)
            await client.send(segment)
        return app.ended

    assert run(scenario) == ["/a"] * 10


@pytest.mark.parametrize("sent", [[], [GET], [b"\r\n"] * 100])
def test_a_connection_without_a_request_ends_after_75_s(sent):
    async def scenario(app):
        client = FakeServer(app).connect()
        await client.send(*sent)
        await asyncio.sleep(74.9)
        was_lost = client.is_lost
        await asyncio.sleep(1.1)
        return was_lost, client.is_lost

    assert run(scenario) == (False, True)


def test_a_request_may_take_longer_to_serve_than_a_client_may():
    async def scenario(app):
        app.may_respond.clear()
        client = FakeServer(app).connect()
        await client.send(GET + HALF_HEAD)
        await asyncio.sleep(100)
        app.may_respond.set()
        await client.send(GET[10:])
        return client

    assert [each.status for each in split_responses(run(scenario).received)] == [200, 200]


def test_a_client_that_waits_for_100_continue_gets_it():
    async def scenario(app):
        client = FakeServer(app).connect()
        await client.send(HALF_BODY.replace(b"Host", b"Expect: 100-continue\r\nHost"))
        interim = client.received
        await client.send(POST[-1:])
        return interim, client.received.removeprefix(interim)

    interim, final = run(scenario)

    assert interim == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert [each.status for each in split_responses(final)] == [200]


def test_a_client_that_ends_its_side_still_gets_its_responses():
    async def scenario(app):
        app.may_respond.clear()
        client = FakeServer(app).connect()
        await client.send(GET)
        await client.end()
        app.may_respond.set()
        await let_work()
        return client

    client = run(scenario)

    assert [each.status for each in split_responses(client.received)] == [200]
    assert client.is_lost


def test_a_client_that_ends_its_side_before_it_reads_still_gets_all_responses():
    async def scenario(app):
        client = FakeServer(app).connect(takes_bytes=10)
        await client.send(GET + OTHER)
        await client.end()
        await client.take_all()
        return client

    client = run(scenario)

    assert [each.body for each in split_responses(client.received)] == [b"/a", b"/b"]
    assert client.is_lost


@pytest.mark.parametrize("how", ["end", "loss"])
def test_a_client_that_goes_within_its_body_is_reported(how):
    async def scenario(app):
        client = FakeServer(app).connect()
        await client.send(HALF_BODY)
        if how == "end":
            await client.end()
        else:
            client.abort()
        await let_work()
        return app.ended, client.is_lost

    assert run(scenario) == (["MalformedBodyError"], True)


def test_the_response_to_a_client_that_has_gone_is_dropped():
    async def scenario(app):
        app.may_respond.clear()
        server = FakeServer(app)
        client = server.connect()
        await client.send(GET + OTHER)
        client.abort()
        await let_work()
        app.may_respond.set()
        await let_work()
        return app.ended, client.received, server.state

    ended, received, state = run(scenario)

    assert (ended, received) == (["/a"], b"")
    assert not state.tasks | state.connections


def test_a_refused_request_ends_the_connection_once_the_client_has_had_time_to_read():
    async def scenario(app):
        client = FakeServer(app).connect()
        await client.send(INVALID + b"more", b"and more")
        is_open = client.is_ended, client.is_lost
        await asyncio.sleep(6)
        return app.begun, is_open, client.is_lost

    assert run(scenario) == (["/d"], (True, False), True)


def test_a_refused_client_that_reads_late_has_no_more_time():
    async def scenario(app):
        client = FakeServer(app).connect(takes_bytes=10)
        await client.send(INVALID)
        await asyncio.sleep(2)
        await client.take_all()
        await asyncio.sleep(5)
        return client

    client = run(scenario)

    assert [each.status for each in split_responses(client.received)] == [400]
    assert client.is_lost


@pytest.mark.parametrize(
    ("sent", "is_kept"), [(b"", False), (GET, False), (HALF_HEAD, True), (HALF_BODY, True)]
)
def test_at_a_stop_only_connections_with_a_request_under_way_are_kept(sent, is_kept):
    async def scenario(app):
        client = FakeServer(app).connect()
        await client.send(sent)
        client.connection.shutdown()
        await asyncio.sleep(1)
        return not client.is_lost

    assert run(scenario) == is_kept


@pytest.mark.parametrize("sent", [[GET + OTHER], [GET, OTHER]])
def test_at_a_stop_the_request_under_way_is_the_last_one(sent):
    async def scenario(app):
        app.may_respond.clear()
        client = FakeServer(app).connect()
        await client.send(*sent)
        client.connection.shutdown()
        await asyncio.sleep(1)
        app.may_respond.set()
        await let_work()
        await client.end()
        return app.begun, client

    begun, client = run(scenario)

    assert begun == ["/a"]
    assert [each.body for each in split_responses(client.received)] == [b"/a"]
    assert b"connection: close" in client.received
    assert client.is_lost


def test_at_a_stop_a_request_that_has_arrived_unread_is_served():
    async def scenario(app):
        client = FakeServer(app).connect()
        await client.send(GET)
        client.connection.shutdown()
        await client.send(OTHER)
        await asyncio.sleep(1)
        return client

    client = run(scenario)

    assert [each.body for each in split_responses(client.received)] == [b"/a", b"/b"]
    assert client.received.count(b"connection: close") == 1
    assert client.is_lost


def test_at_a_stop_nothing_more_begins_for_a_client_that_has_gone():
    async def scenario(app):
        app.may_respond.clear()
        client = FakeServer(app).connect()
        await client.send(GET + OTHER)
        client.connection.shutdown()
        client.abort()
        await let_work()
        app.may_respond.set()
        await asyncio.sleep(1)
        return app.begun

    assert run(scenario) == ["/a"]


def test_at_a_stop_an_unsent_response_has_its_time():
    async def scenario(app):
        client = FakeServer(app).connect(takes_bytes=10)
        await client.send(GET + OTHER)
        client.connection.shutdown()
        await asyncio.sleep(1)
        begun = list(app.begun)
        await client.take_all()
        return begun, client

    begun, client = run(scenario)

    assert begun == ["/a"]
    assert [each.body for each in split_responses(client.received)] == [b"/a", b"/b"]
    assert client.is_lost
