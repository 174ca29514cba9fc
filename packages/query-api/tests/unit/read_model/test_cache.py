import asyncio
import gc
from dataclasses import replace

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from notification_models.schema import TRANSACTION_INDEX
from query_api.exceptions import ThrottledError
from query_api.read_model.cache import MAX_PAGE_CHARACTERS, CachedReadModel
from query_api.read_model.port import Page, RowQuery, Selection

TTL_S = 2.0
QUERY = RowQuery(index=None, partitions=("test_user_001",), selection=Selection(limit=10))


class Clock:
    def __init__(self):
        self.now_s = 100.0

    def __call__(self):
        return self.now_s


class CountingReadModel:
    """Numbers its answers; holds them back while it is told to; fails when it is told to."""

    def __init__(self):
        self.asked = []
        self.cancelled = 0
        self.failure = None
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.rows = ()

    async def get_page(self, query):
        self.asked.append(query)
        number = len(self.asked)
        try:
            await self.may_answer.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.failure:
            raise self.failure
        return Page(self.rows, f"page {number}", reads=1)


@pytest.fixture
def source():
    return CountingReadModel()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def cached(source, clock):
    return CachedReadModel(source, ttl_s=TTL_S, max_entries=3, clock=clock)


async def ask_at_once(cached, source, askers):
    """Start so many that ask the same, all waiting for one answer that is held back."""
    source.may_answer.clear()
    tasks = [asyncio.create_task(cached.get_page(QUERY)) for _ in range(askers)]
    for _ in range(3):
        await asyncio.sleep(0)
    return tasks


def test_the_same_is_answered_from_memory_for_a_while(cached, source, clock):
    first = asyncio.run(cached.get_page(QUERY))
    clock.now_s += TTL_S - 0.1
    second = asyncio.run(cached.get_page(QUERY))

    assert first == second
    assert (first.reads, second.reads) == (1, 0)
    assert len(source.asked) == 1


def test_it_is_asked_anew_when_its_time_is_over(cached, clock):
    asyncio.run(cached.get_page(QUERY))
    clock.now_s += TTL_S

    page = asyncio.run(cached.get_page(QUERY))

    assert page.next_position == "page 2"


@pytest.mark.parametrize(
    "other",
    [
        replace(QUERY, partitions=("test_user_002",)),
        replace(QUERY, index=TRANSACTION_INDEX),
        replace(QUERY, selection=Selection(limit=11)),
        replace(QUERY, selection=Selection(limit=10, from_key="1")),
        replace(QUERY, selection=Selection(limit=10, before_key="1")),
        replace(QUERY, selection=Selection(limit=10, filters=(("status", "SENT"),))),
    ],
)
def test_anything_else_in_the_query_makes_it_another(cached, other):
    asyncio.run(cached.get_page(QUERY))

    assert asyncio.run(cached.get_page(other)).next_position == "page 2"


def test_an_error_is_not_kept(cached, source):
    source.failure = ThrottledError("x")
    with pytest.raises(ThrottledError):
        asyncio.run(cached.get_page(QUERY))
    source.failure = None

    assert asyncio.run(cached.get_page(QUERY)).next_position == "page 2"


def test_what_was_asked_for_longest_ago_makes_room(cached, source):
    queries = [replace(QUERY, partitions=(str(number),)) for number in range(4)]
    for query in (*queries[:3], queries[0], queries[3]):
        asyncio.run(cached.get_page(query))
    source.asked.clear()

    for query in (queries[0], queries[2], queries[3], queries[1]):
        asyncio.run(cached.get_page(query))

    assert source.asked == [queries[1]]


def test_a_page_of_much_text_is_not_kept(cached, source, make_row):
    source.rows = (make_row(notification_title="x" * MAX_PAGE_CHARACTERS).record,)

    for _ in range(2):
        asyncio.run(cached.get_page(QUERY))

    assert len(source.asked) == 2


def test_all_who_ask_at_once_share_one_read(cached, source):
    async def ask():
        tasks = await ask_at_once(cached, source, 5)
        source.may_answer.set()
        return await asyncio.gather(*tasks)

    pages = asyncio.run(ask())

    assert {page.next_position for page in pages} == {"page 1"}
    assert [page.reads for page in pages] == [1, 0, 0, 0, 0]


def test_all_who_ask_at_once_share_one_error(cached, source):
    async def ask():
        tasks = await ask_at_once(cached, source, 3)
        source.failure = ThrottledError("x")
        source.may_answer.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    errors = asyncio.run(ask())

    assert [type(error) for error in errors] == [ThrottledError] * 3
    assert len(source.asked) == 1


@pytest.mark.parametrize("gone", [[0], [1], [0, 1]])
def test_those_who_give_up_do_not_take_the_answer_from_the_others(cached, source, gone):
    async def ask():
        tasks = await ask_at_once(cached, source, 3)
        for number in gone:
            tasks[number].cancel()
        await asyncio.sleep(0)
        source.may_answer.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    answers = asyncio.run(ask())

    kept = [page for page in answers if isinstance(page, Page)]
    assert len(kept) == 3 - len(gone)
    assert source.cancelled == 0


def test_the_read_is_cancelled_when_nobody_waits_for_it(cached, source):
    async def ask():
        tasks = await ask_at_once(cached, source, 2)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)
        cancelled = source.cancelled
        source.may_answer.set()
        return cancelled, await cached.get_page(QUERY)

    cancelled, page = asyncio.run(ask())

    assert cancelled == 1
    assert page.next_position == "page 2"


def test_who_asks_while_a_read_is_given_up_gets_one_of_his_own_to_share(cached, source):
    async def ask():
        (first,) = await ask_at_once(cached, source, 1)
        first.cancel()
        second = asyncio.create_task(cached.get_page(QUERY))
        await asyncio.gather(first, return_exceptions=True)
        (third,) = await ask_at_once(cached, source, 1)
        source.may_answer.set()
        return await asyncio.gather(second, third)

    pages = asyncio.run(ask())

    assert [page.next_position for page in pages] == ["page 2", "page 2"]


def test_an_error_that_nobody_waits_for_is_not_reported_by_asyncio(cached, source):
    reported = []

    async def ask():
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: reported.append(context)
        )
        (task,) = await ask_at_once(cached, source, 1)
        source.failure = ThrottledError("x")
        source.may_answer.set()
        await asyncio.sleep(0)  # the read has failed, and its asker is not told yet
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(ask())
    source.failure = None  # its traceback leads to the task
    gc.collect()  # asyncio reports a task's error when the task goes

    assert reported == []


class CacheMachine(RuleBasedStateMachine):
    """Askers, the clock and failures in any order, against what a cache may answer at most."""

    queries = st.integers(0, 5).map(lambda number: replace(QUERY, partitions=(str(number),)))

    @initialize(max_entries=st.integers(1, 4))
    def begin(self, max_entries):
        self.max_entries = max_entries
        self.source = CountingReadModel()
        self.clock = Clock()
        self.cached = CachedReadModel(
            self.source, ttl_s=TTL_S, max_entries=max_entries, clock=self.clock
        )
        self.known = {}
        self.runner = asyncio.Runner()

    def teardown(self):
        if hasattr(self, "runner"):
            self.runner.close()

    @rule(query=queries)
    def ask(self, query):
        self.source.failure = None
        asked = len(self.source.asked)

        page = self.runner.run(self.cached.get_page(query))

        if len(self.source.asked) > asked:
            self.known[query] = (page, self.clock.now_s)
        kept, read_at_s = self.known[query]
        assert page == kept
        assert self.clock.now_s - read_at_s < TTL_S

    @rule(query=queries)
    def ask_while_it_fails(self, query):
        self.source.failure = ThrottledError("x")
        try:
            page = self.runner.run(self.cached.get_page(query))
        except ThrottledError:
            return
        assert page == self.known[query][0]

    @rule(passed_s=st.floats(0, TTL_S))
    def wait(self, passed_s):
        self.clock.now_s += passed_s

    @invariant()
    def memory_is_bounded(self):
        if hasattr(self, "cached"):
            assert len(self.cached) <= self.max_entries


TestCache = CacheMachine.TestCase
