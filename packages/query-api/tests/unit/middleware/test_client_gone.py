import asyncio

import pytest

from query_api.exceptions import BodyTimeoutError
from query_api.middleware.client_gone import ClientWatch
from query_api.observability.observation import Observation, get_observation, set_observation

BODY = {"type": "http.request", "body": b"{}", "more_body": False}
PART = {"type": "http.request", "body": b"{", "more_body": True}
GONE = {"type": "http.disconnect"}
SLOW_S = 0.05  # longer than a fast answer takes: whoever would listen does by now
LONG_S = 10


class Exchange:
    """One request through a `ClientWatch`, whose client sends what the test puts."""

    def __init__(self, app, body_timeout_s=LONG_S, method="POST"):
        self.messages = asyncio.Queue()
        self.receives = 0
        self.received_twice = asyncio.Event()  # the app once, and then the one who listens
        self.scope = {"type": "http", "method": method, "state": {}}
        set_observation(self.scope, Observation("mine", None, "POST", "/query/user"))
        watch = ClientWatch(app, body_timeout_s=body_timeout_s)
        self.task = asyncio.create_task(watch(self.scope, self.receive, None))

    async def receive(self):
        self.receives += 1
        if self.receives == 2:
            self.received_twice.set()
        return await self.messages.get()

    @property
    def end(self):
        observation = get_observation(self.scope)
        return observation.status, observation.outcome


class SlowApp:
    """Reads the body and works until it is told to stop; knows how that ended."""

    def __init__(self):
        self.is_working = asyncio.Event()
        self.may_end = asyncio.Event()
        self.was_cancelled = False

    async def __call__(self, _scope, receive, _send):
        while (await receive())["more_body"]:
            pass
        self.is_working.set()
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.was_cancelled = True
            raise


class DeafApp:
    """Works until it is told to stop, and reads no body."""

    def __init__(self):
        self.may_end = asyncio.Event()

    async def __call__(self, _scope, _receive, _send):
        await self.may_end.wait()


def run(scenario):
    """Run a scenario, and make sure that it leaves no task behind."""

    async def run_alone():
        async with asyncio.timeout(LONG_S):
            result = await scenario()
            await asyncio.sleep(0)  # what was cancelled ends now
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return result

    return asyncio.run(run_alone())


def test_work_is_cancelled_when_its_client_goes():
    async def scenario():
        app = SlowApp()
        exchange = Exchange(app)
        exchange.messages.put_nowait(BODY)
        await app.is_working.wait()
        exchange.messages.put_nowait(GONE)
        await exchange.task
        return app, exchange

    app, exchange = run(scenario)

    assert app.was_cancelled
    assert exchange.end == (499, "client-gone")


def test_work_without_a_body_is_cancelled_when_its_client_goes():
    async def scenario():
        app = DeafApp()
        exchange = Exchange(app, method="GET")
        exchange.messages.put_nowait(BODY)  # an empty one, as servers have it
        exchange.messages.put_nowait(GONE)
        await exchange.task
        return exchange

    assert run(scenario).end == (499, "client-gone")


def test_work_without_a_body_may_take_longer_than_a_body():
    async def scenario():
        app = DeafApp()
        exchange = Exchange(app, body_timeout_s=0, method="GET")
        exchange.messages.put_nowait(BODY)
        await exchange.received_twice.wait()
        app.may_end.set()
        await exchange.task

    run(scenario)


@pytest.mark.parametrize("messages", [[], [PART], [PART, PART]])
def test_a_body_that_stays_away_is_not_waited_for(messages):
    async def scenario():
        exchange = Exchange(SlowApp(), body_timeout_s=SLOW_S)
        for message in messages:
            exchange.messages.put_nowait(message)
        with pytest.raises(BodyTimeoutError):
            await exchange.task

    run(scenario)


def test_a_server_that_stops_while_a_body_stays_away_is_not_taken_for_a_timeout():
    async def scenario():
        exchange = Exchange(SlowApp())
        exchange.messages.put_nowait(PART)
        await exchange.received_twice.wait()
        exchange.task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await exchange.task

    run(scenario)


@pytest.mark.parametrize("messages", [[GONE], [PART, GONE]])
def test_a_client_that_goes_before_the_end_of_its_body_is_no_error(messages):
    async def scenario():
        app = SlowApp()
        exchange = Exchange(app)
        for message in messages:
            exchange.messages.put_nowait(message)
        await exchange.task
        return app, exchange

    app, exchange = run(scenario)

    assert not app.is_working.is_set()
    assert exchange.end == (499, "client-gone")


def test_a_fast_answer_listens_to_nobody():
    async def answer(_scope, receive, _send):
        await receive()

    async def scenario():
        exchange = Exchange(answer)
        exchange.messages.put_nowait(BODY)
        await exchange.task
        await asyncio.sleep(SLOW_S)
        return exchange

    assert run(scenario).receives == 1


def test_a_slow_answer_to_a_client_that_stays_goes_out():
    async def scenario():
        app = SlowApp()
        exchange = Exchange(app)
        exchange.messages.put_nowait(BODY)
        await exchange.received_twice.wait()
        app.may_end.set()
        await exchange.task
        return app

    assert not run(scenario).was_cancelled


def test_the_body_is_never_taken_by_the_one_who_listens():
    async def scenario():
        app = SlowApp()
        exchange = Exchange(app)
        exchange.messages.put_nowait(PART)
        await asyncio.sleep(SLOW_S)
        receives = exchange.receives
        exchange.messages.put_nowait(BODY)
        await app.is_working.wait()
        app.may_end.set()
        await exchange.task
        return receives

    assert run(scenario) == 2  # the app's own: one for each part


@pytest.mark.parametrize("client_goes", [False, True])
def test_a_request_cancelled_by_the_server_stays_cancelled(client_goes):
    async def scenario():
        app = SlowApp()
        exchange = Exchange(app)
        exchange.messages.put_nowait(BODY)
        await app.is_working.wait()
        if client_goes:
            await exchange.received_twice.wait()
            exchange.messages.put_nowait(GONE)
            await asyncio.sleep(0)
        exchange.task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await exchange.task

    run(scenario)
