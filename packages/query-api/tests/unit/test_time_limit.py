"""A time limit and `asyncio.timeout` end alike, whatever is cancelled when."""

import asyncio

import pytest

from query_api.time_limit import TimeLimit

LONG_S, SHORT_S = 60, 0.001


class StandardLimit:
    """`asyncio.timeout`, entered as a `TimeLimit` is."""

    def __init__(self, seconds):
        self._timeout = asyncio.timeout(seconds)

    async def __aenter__(self):
        return await self._timeout.__aenter__()

    async def __aexit__(self, *error):
        return await self._timeout.__aexit__(*error)


class OurLimit(StandardLimit):
    def __init__(self, seconds):
        self._limit = TimeLimit(seconds)

    async def __aenter__(self):
        return self._limit.__enter__()

    async def __aexit__(self, *error):
        return self._limit.__exit__(*error)


async def end_in_time(limit):
    async with limit(LONG_S):
        return "done"


async def fail_in_time(limit):
    async with limit(LONG_S):
        raise LookupError


async def last_too_long(limit):
    async with limit(SHORT_S):
        await asyncio.sleep(LONG_S)


async def fail_when_cancelled(limit):
    async with limit(SHORT_S):
        try:
            await asyncio.sleep(LONG_S)
        except asyncio.CancelledError:
            raise LookupError from None


async def go_on_when_cancelled(limit):
    async with limit(SHORT_S):
        try:
            await asyncio.sleep(LONG_S)
        except asyncio.CancelledError:
            return "done"


async def be_cancelled_by_another(limit):
    async with limit(LONG_S):
        asyncio.current_task().cancel()
        await asyncio.sleep(LONG_S)


async def be_cancelled_by_both(limit):
    async with limit(SHORT_S):
        asyncio.get_running_loop().call_later(SHORT_S, asyncio.current_task().cancel)
        try:
            await asyncio.sleep(LONG_S)
        finally:
            await asyncio.sleep(10 * SHORT_S)


async def last_too_long_inside(limit):
    async with limit(LONG_S):
        try:
            async with limit(SHORT_S):
                await asyncio.sleep(LONG_S)
        except TimeoutError:
            return "inner"


async def last_too_long_outside(limit):
    try:
        async with limit(SHORT_S), limit(LONG_S):
            await asyncio.sleep(LONG_S)
    except TimeoutError:
        return "outer"


CASES = [
    end_in_time,
    fail_in_time,
    last_too_long,
    fail_when_cancelled,
    go_on_when_cancelled,
    be_cancelled_by_another,
    be_cancelled_by_both,
    last_too_long_inside,
    last_too_long_outside,
]


def run(case, limit):
    """Run a case; return its result or the types of its error and of that error's cause."""
    left = []

    async def observe():
        try:
            return await case(limit)
        finally:
            left.append(asyncio.current_task().cancelling())

    async def wait():
        task = asyncio.create_task(observe())
        await asyncio.wait([task])
        if task.cancelled():
            return "cancelled"
        error = task.exception()
        return (type(error), type(error.__cause__)) if error else task.result()

    return asyncio.run(wait()), left


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_it_ends_as_the_standard_library_s_timeout(case):
    assert run(case, OurLimit) == run(case, StandardLimit)


def test_a_part_that_lasts_too_long_raises_a_timeout_error():
    assert run(last_too_long, OurLimit)[0][0] is TimeoutError
