import asyncio
import itertools
import signal
import threading
import time

import pytest

from aws_client.operations import QUERY
from testing.fault_server import stay_silent
from testing.waiting import wait_until

CONNECTIONS = 4  # of the clients of `connect`


@pytest.fixture
def client(connect, server):
    return connect(server.url)


def test_the_result_of_a_coroutine_is_returned(client):
    async def add(left, right):
        return left + right

    assert client.run(add(1, 2)) == 3


def test_threads_call_at_once(client):
    barrier = asyncio.Barrier(3)
    threads = [threading.Thread(target=client.run, args=[barrier.wait()]) for _ in range(3)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)

    assert not any(thread.is_alive() for thread in threads)


def test_results_have_the_order_of_their_arguments(client):
    async def wait(number):
        await asyncio.sleep(0.01 if number % 2 else 0)
        return number

    assert list(client.map(wait, range(50))) == list(range(50))


def test_an_argument_is_taken_only_when_its_coroutine_can_start(client):
    taken = []

    async def finish(number):
        return number

    results = client.map(finish, (taken.append(number) or number for number in itertools.count()))

    assert next(results) == 0
    assert len(taken) == 2 * CONNECTIONS
    results.close()


def test_only_some_coroutines_of_a_map_run_at_once(client):
    running, most = 0, 0

    async def count(_):
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.001)
        running -= 1

    list(client.map(count, range(100)))

    assert 1 < most <= 2 * CONNECTIONS


@pytest.fixture
def waiting():
    """A coroutine function that waits for ever, and its calls that were started and cancelled."""

    class Waiting:
        def __init__(self):
            self.started = threading.Event()
            self.cancelled = threading.Event()

        async def __call__(self, _=None):
            self.started.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.cancelled.set()
                raise

    return Waiting()


@pytest.fixture
def _interruptible():
    """A job in the background of a shell ignores SIGINT."""
    earlier = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, earlier)


@pytest.mark.usefixtures("_interruptible")
def test_an_interrupted_caller_cancels_its_coroutine(client, waiting):
    def interrupt():
        waiting.started.wait(5)
        time.sleep(0.05)
        # To the main thread, as the terminal's: only there it ends the wait.
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    threading.Thread(target=interrupt).start()

    with pytest.raises(KeyboardInterrupt):
        client.run(waiting())

    assert waiting.cancelled.wait(5)


def test_a_failure_of_the_arguments_cancels_what_is_running(client, waiting):
    def fail():
        yield 1
        waiting.started.wait(5)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(client.map(waiting, fail()))

    assert waiting.cancelled.wait(5)


def test_close_cancels_what_is_running_and_closes_the_connections(client, server):
    server.acts = [stay_silent]
    failures = []

    def call():
        try:
            client.run(client.call(QUERY, {}, bytes))
        except BaseException as error:  # noqa: BLE001 - a cancellation is one
            failures.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    wait_until(lambda: server.requests, "no request")
    client.close()
    thread.join(5)

    assert len(failures) == 1
    wait_until(lambda: server.closed_connections == 1, "the connection is open")
