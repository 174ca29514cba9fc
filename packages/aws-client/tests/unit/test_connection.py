"""No exchange ever gets bytes of another, whatever the peer sends and whenever it sends it."""

import asyncio
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aws_client.connection_pool import ConnectionPool, Origin
from aws_client.errors import ConnectionFailedError, DeadlineExceededError

from ..support.memory_network import MemoryLoop
from ..support.peer import ENCODERS, Peer, check_response, encode_length

REMEMBERED_RESPONSES = 16
CONNECT_TIMEOUT_S = 5
TIMEOUT_S = 10
ITERATIONS = 6  # of the event loop, until what is ready has run

INTERIM = [b"HTTP/1.1 %d Interim\r\n\r\n" % status for status in (100, 102, 103, 199)]
INTERIM += [b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\nx-amzn-requestid: early\r\n\r\n"]
NOT_A_RESPONSE = [
    b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
    b"HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n",
    b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    b"\r\n",
    b"HTTP/1.1 200",
]
RESPONSES = st.tuples(st.sampled_from(["response", "two responses"]), st.sampled_from(ENCODERS))
REPEATS = st.tuples(st.just("repeat"), st.integers(1, 3) | st.integers(1, REMEMBERED_RESPONSES))
INTERIMS = st.tuples(st.just("bytes"), st.sampled_from(INTERIM))
OTHERS = st.tuples(st.just("bytes"), st.sampled_from(NOT_A_RESPONSE))
SIZES = st.lists(st.integers(1, 200), max_size=4)
FATES = ["respond"] * 5 + ["leave"] * 3 + ["cancel", "respond and cancel", "end", "reset"]
FATES += ["respond in part and end"]
FRAMES = RESPONSES | REPEATS | INTERIMS | OTHERS
NOTHING = st.just([])
ROUNDS = st.tuples(
    NOTHING | NOTHING | st.lists(FRAMES, min_size=1, max_size=2),
    st.lists(st.integers(1, 200), min_size=1, max_size=4),
    NOTHING | st.lists(REPEATS | INTERIMS, max_size=2) | st.lists(FRAMES, max_size=3),
    SIZES,
    st.sampled_from(FATES),
)


class Conversation:
    """Exchanges over one connection at a time, with a peer that breaks the rules."""

    def __init__(self):
        self.loop = asyncio.get_running_loop()
        self.pool = ConnectionPool(
            Origin("peer", 80, None), max_connections=1, connect_timeout_s=CONNECT_TIMEOUT_S
        )
        self.peer = None
        self.request_ids = count()
        self.numbers = count()

    async def settle(self, delay_s=0):
        await asyncio.sleep(delay_s)
        for _ in range(ITERATIONS):
            await asyncio.sleep(0)

    def send(self, frames):
        for kind, value in frames:
            if kind == "bytes":
                self.peer.outbox += value
            elif "response" in kind:
                self.peer.respond(value, next(self.request_ids))
                if kind == "two responses":
                    self.peer.respond(value, next(self.request_ids))
            elif value <= len(self.peer.sent):
                self.peer.outbox += self.peer.sent[-value]

    async def deliver(self, sizes):
        for size in sizes:
            self.peer.deliver(size)
            if size % 2:  # else more happens before the client's task runs
                await self.settle()

    async def run(self, before, first_sizes, during, sizes, fate):
        """Run a round: bytes before a request, the request, bytes during it, and its fate."""
        if self.peer and not self.peer.outbox:
            self.send(before)
            await self.deliver(first_sizes)
        if self.peer:
            self.peer.drop_unasked()
        number = next(self.numbers)
        exchange = self.loop.create_task(self.pool.exchange(b"%d" % number, TIMEOUT_S))
        await self.settle()
        if not self.peer or self.peer.transport is not self.loop.transports[-1]:
            self.peer = Peer(self.loop.transports[-1])
        self.send(during)
        await self.deliver(sizes)
        await self.end(fate, exchange)
        await asyncio.wait([exchange])  # what is left alone times out
        check(number, exchange)

    async def end(self, fate, exchange):
        if "respond" in fate:
            if self.peer.in_flight is not None:
                self.peer.respond(encode_length, next(self.request_ids))
            self.peer.deliver(len(self.peer.outbox) - (5 if "part" in fate else 0))
        if "cancel" in fate:
            exchange.cancel()
        elif "end" in fate:
            self.peer.transport.end()
        elif fate == "reset":
            self.peer.transport.reset()
        await self.settle()


def check(number, exchange):
    if exchange.cancelled():
        return
    error = exchange.exception()
    if error is None:
        check_response(number, exchange.result())
    else:
        assert isinstance(error, (ConnectionFailedError, DeadlineExceededError))


async def converse(rounds):
    conversation = Conversation()
    for each in rounds:
        await conversation.run(*each)
    assert conversation.loop.most_open <= 1
    conversation.pool.close()
    await asyncio.sleep(0)
    assert conversation.loop.open == []


def run(coroutine):
    with asyncio.Runner(loop_factory=MemoryLoop) as runner:
        return runner.run(coroutine)


@pytest.mark.parametrize("examples", [1000, pytest.param(3_000, marks=pytest.mark.proof)])
def test_no_exchange_gets_bytes_of_another(examples):
    @settings(max_examples=examples, deadline=None)
    @given(st.lists(ROUNDS, min_size=2, max_size=6))
    def hold(rounds):
        run(converse(rounds))

    hold()
