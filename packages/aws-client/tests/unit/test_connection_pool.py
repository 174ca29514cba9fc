"""Never more connections are open than allowed, and the pool always works again."""

import asyncio
from itertools import count

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from aws_client.connection_pool import ConnectionPool, Origin
from aws_client.errors import ConnectionFailedError, DeadlineExceededError

from ..support.memory_network import MemoryLoop
from ..support.peer import ENCODERS, Peer, check_response, encode_length

MAX_CONNECTIONS = 2
CONNECT_TIMEOUT_S = 5
TIMEOUT_S = 10
ITERATIONS = 8  # of the event loop, until what is ready has run
INDICES = st.integers(0, 7)


async def refuse():
    raise ConnectionRefusedError


CONNECTS = {
    "at once": lambda: asyncio.sleep(0),
    "later": lambda: asyncio.sleep(CONNECT_TIMEOUT_S / 2),
    "never": lambda: asyncio.sleep(10 * CONNECT_TIMEOUT_S),
    "refused": refuse,
}


class Pool(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.loop = MemoryLoop()
        self.pool = ConnectionPool(
            Origin("peer", 80, None),
            max_connections=MAX_CONNECTIONS,
            connect_timeout_s=CONNECT_TIMEOUT_S,
        )
        self.exchanges = []
        self.peers = {}
        self.request_ids = count()

    def settle(self, delay_s=0):
        async def wait():
            await asyncio.sleep(delay_s)
            for _ in range(ITERATIONS):
                await asyncio.sleep(0)

        self.loop.run_until_complete(wait())

    def find_peers(self):
        return [
            self.peers.setdefault(transport, Peer(transport))
            for transport in self.loop.transports
            if transport in self.loop.open
        ]

    def choose(self, found, index):
        return found[index % len(found)]

    @rule(on_new_connection=st.booleans())
    def send_request(self, on_new_connection):
        number = b"%d" % len(self.exchanges)
        coroutine = self.pool.exchange(number, TIMEOUT_S, on_new_connection=on_new_connection)
        self.exchanges.append(self.loop.create_task(coroutine))
        self.settle()

    @precondition(lambda self: self.find_peers())
    @rule(index=INDICES, encode=st.sampled_from(ENCODERS), size=st.integers(1, 400))
    def respond(self, index, encode, size):
        peer = self.choose(self.find_peers(), index)
        if peer.in_flight is not None:
            peer.respond(encode, next(self.request_ids))
        peer.deliver(size)

    @precondition(lambda self: self.find_peers())
    @rule(index=INDICES, is_reset=st.booleans())
    def end(self, index, is_reset):
        transport = self.choose(self.find_peers(), index).transport
        if is_reset:
            transport.reset()
        else:
            transport.end()

    @precondition(lambda self: self.exchanges)
    @rule(index=INDICES)
    def cancel(self, index):
        self.choose(self.exchanges[::-1], index).cancel()

    @rule(delay_s=st.sampled_from([0, 0, CONNECT_TIMEOUT_S / 2, CONNECT_TIMEOUT_S, TIMEOUT_S]))
    def wait(self, delay_s):
        self.settle(delay_s)

    @rule(name=st.sampled_from(sorted(CONNECTS)))
    def change_network(self, name):
        self.loop.connect = CONNECTS[name]

    @invariant()
    def no_more_connections_are_open_than_allowed(self):
        assert self.loop.most_open <= MAX_CONNECTIONS

    @invariant()
    def every_exchange_ends_with_its_own_response_or_an_error(self):
        for number, exchange in enumerate(self.exchanges):
            if not exchange.done() or exchange.cancelled():
                continue
            error = exchange.exception()
            if error is None:
                check_response(number, exchange.result())
            else:
                assert isinstance(error, (ConnectionFailedError, DeadlineExceededError))

    def teardown(self):
        try:
            self.work_again()
        finally:
            self.loop.run_until_complete(self.close())
            self.loop.close()
        assert self.loop.open == []

    def work_again(self):
        self.loop.connect = CONNECTS["at once"]
        for _ in self.exchanges:
            self.settle(CONNECT_TIMEOUT_S + TIMEOUT_S)
        assert all(exchange.done() for exchange in self.exchanges)
        for _ in range(MAX_CONNECTIONS):
            self.send_request(on_new_connection=True)
        for peer in self.find_peers():
            peer.respond(encode_length, next(self.request_ids))
            peer.deliver(len(peer.outbox))
        self.settle()
        last = self.exchanges[-MAX_CONNECTIONS:]
        assert [exchange.exception() for exchange in last] == [None] * MAX_CONNECTIONS
        self.every_exchange_ends_with_its_own_response_or_an_error()
        self.no_more_connections_are_open_than_allowed()

    async def close(self):
        for exchange in self.exchanges:
            exchange.cancel()
        await asyncio.gather(*self.exchanges, return_exceptions=True)
        self.pool.close()
        await asyncio.sleep(0)


@pytest.mark.parametrize("examples", [200, pytest.param(1_000, marks=pytest.mark.proof)])
def test_no_more_connections_are_open_than_allowed_whatever_happens(examples):
    run_state_machine_as_test(
        Pool, settings=settings(max_examples=examples, stateful_step_count=40, deadline=None)
    )
