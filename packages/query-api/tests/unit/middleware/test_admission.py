import asyncio
from contextlib import suppress

import pytest

from query_api.middleware.admission import Admission
from query_api.observability.observation import Observation, set_observation

LIMIT = 3
LONG_S = 10


class HeldApp:
    """Responds once it is released; counts the requests that reached it."""

    def __init__(self):
        self.begun = 0
        self.released = asyncio.Event()

    async def __call__(self, _scope, _receive, send):
        self.begun += 1
        await self.released.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})


class Caller:
    """One request and its response."""

    def __init__(self, admission, route="/query/user"):
        self.admission = admission
        self.sent = []
        self.scope = {"type": "http", "state": {}}
        self.observation = Observation("mine", None, "POST", route)
        set_observation(self.scope, self.observation)

    async def send(self, message):
        self.sent.append(message)

    async def receive(self):
        pytest.fail("the body was read")

    async def call(self):
        await self.admission(self.scope, self.receive, self.send)

    @property
    def status(self):
        return self.sent[0]["status"] if self.sent else None


def run_full(scenario):
    """Run a scenario with as many requests in flight as the limit."""

    async def run():
        app = HeldApp()
        admission = Admission(app, max_in_flight=LIMIT, exempt={"/health"})
        callers = [Caller(admission) for _ in range(LIMIT)]
        tasks = [asyncio.create_task(each.call()) for each in callers]
        await asyncio.sleep(0)
        assert app.begun == LIMIT
        try:
            return await asyncio.wait_for(scenario(app, admission, callers, tasks), LONG_S)
        finally:
            app.released.set()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task

    return asyncio.run(run())


def test_a_request_above_the_limit_is_refused_before_its_body_is_read():
    async def scenario(_app, admission, _callers, _tasks):
        late = Caller(admission)
        await late.call()
        return late

    late = run_full(scenario)

    headers = dict(late.sent[0]["headers"])
    assert late.status == 503
    assert headers[b"retry-after"] == b"1"
    assert headers[b"content-type"] == b"application/problem+json"
    assert int(headers[b"content-length"]) == len(late.sent[1]["body"])
    assert b'"type":"/problems/overloaded"' in late.sent[1]["body"]
    assert b'"request_id":"mine"' in late.sent[1]["body"]
    assert (late.observation.outcome, late.observation.in_flight) == ("overloaded", LIMIT)


def test_requests_within_the_limit_are_served():
    async def scenario(app, _admission, callers, tasks):
        app.released.set()
        await asyncio.gather(*tasks)
        return callers

    callers = run_full(scenario)

    assert [each.status for each in callers] == [200] * LIMIT
    assert [each.observation.in_flight for each in callers] == [1, 2, 3]


def test_an_exempt_route_is_always_served_and_does_not_count():
    async def scenario(app, admission, _callers, _tasks):
        health = [Caller(admission, "/health") for _ in range(5)]
        app.released.set()
        await asyncio.gather(*(each.call() for each in health))
        return health

    health = run_full(scenario)

    assert [each.status for each in health] == [200] * 5
    assert [each.observation.in_flight for each in health] == [0] * 5


@pytest.mark.parametrize("end", ["response", "cancellation"])
def test_a_request_that_ends_frees_its_slot(end):
    async def scenario(app, admission, _callers, tasks):
        if end == "cancellation":
            tasks[0].cancel()
            with suppress(asyncio.CancelledError):
                await tasks[0]
        app.released.set()
        if end == "response":
            await tasks[0]
        late = Caller(admission)
        await late.call()
        return late

    assert run_full(scenario).status == 200
