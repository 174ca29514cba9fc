import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from query_api.dynamodb.counting.pace import Pace

from ....support.virtual_time import run_in_virtual_time

PER_DECODING = 1.4
CPU_S = 0.003
NEVER_S = float("inf")


def make_pace(share=0.1, max_reads=10):
    return Pace(cpu_share=share, max_reads=max_reads)


async def read(pace, *, cpu_s=CPU_S, latest_s=NEVER_S, lasts_s=0.0):
    """Read with this CPU in all, and return when it began."""
    async with pace.reading(latest_s) as note_decoding:
        began_s = asyncio.get_running_loop().time()
        await asyncio.sleep(lasts_s)
        note_decoding(cpu_s / PER_DECODING)
        return began_s


@given(
    cpu_s=st.lists(st.floats(0.0001, 0.01), min_size=1, max_size=30),
    share=st.sampled_from([0.05, 0.1, 0.5]),
)
def test_reads_take_no_more_than_their_share_of_the_cpu(cpu_s, share):
    async def scenario():
        pace = make_pace(share)
        for each in cpu_s:
            await read(pace, cpu_s=each)
        return await read(pace)

    assert run_in_virtual_time(scenario()) >= sum(cpu_s) / share - 1e-9


def test_reads_that_are_due_at_once_begin_one_after_the_other():
    async def scenario():
        pace = make_pace()
        await read(pace)
        return await asyncio.gather(*(read(pace, lasts_s=0.5) for _ in range(4)))

    assert run_in_virtual_time(scenario()) == pytest.approx([0.03, 0.06, 0.09, 0.12])


def test_time_without_reads_is_not_saved_up():
    async def scenario():
        pace = make_pace()
        await read(pace)
        await asyncio.sleep(100)
        return [await read(pace) for _ in range(3)]

    assert run_in_virtual_time(scenario()) == pytest.approx([100, 100.03, 100.06])


def test_small_reads_hardly_wait_for_each_other():
    async def scenario():
        pace = make_pace()
        return [await read(pace, cpu_s=0.00001) for _ in range(10)][-1]

    assert run_in_virtual_time(scenario()) < 0.001


def test_a_read_begins_at_its_latest_time_in_any_case():
    async def scenario():
        pace = make_pace()
        await read(pace, cpu_s=1)
        return await asyncio.gather(*(read(pace, latest_s=0.24) for _ in range(3)))

    assert run_in_virtual_time(scenario()) == pytest.approx([0.24] * 3)


def test_a_read_that_is_given_up_while_it_waits_takes_nothing():
    async def scenario():
        pace = make_pace()
        await read(pace)
        waiting = asyncio.create_task(read(pace, cpu_s=5))
        await asyncio.sleep(0.01)
        waiting.cancel()
        return await read(pace)

    assert run_in_virtual_time(scenario()) == pytest.approx(0.03)


def test_only_so_many_reads_are_in_flight_even_if_they_fail():
    async def fail(pace):
        async with pace.reading(NEVER_S):
            await asyncio.sleep(1)
            raise ConnectionError

    async def scenario():
        pace = make_pace(max_reads=2)
        failing = [asyncio.create_task(fail(pace)) for _ in range(4)]
        await asyncio.sleep(0)  # they begin
        began_s = await read(pace)
        await asyncio.gather(*failing, return_exceptions=True)
        return began_s

    assert run_in_virtual_time(scenario()) == pytest.approx(2)
