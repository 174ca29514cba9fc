import asyncio
import gc

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import replace

from notification_models.schema import TRANSACTION_INDEX
from query_api.exceptions import ThrottledError
from query_api.read_model.cache import MAX_PAGE_CHARACTERS, CachedReadModel
from query_api.read_model.port import CountQuery, Page, RowQuery, Selection

TTL_S = 2.0
QUERY = RowQuery(index=None, groups=(("test_user_001",),), selection=Selection(limit=10))


class Clock:
    def __init__(self):
        self.now_s = 100.0

    def __call__(self):
        return self.now_s


class CountingReadModel:
    """Numbers its pages; waits for `may_return`, and raises `failure` if there is one."""

    def __init__(self):
        self.queries = []
        self.cancelled = 0
        self.failure = None
        self.may_return = asyncio.Event()
        self.may_return.set()
        self.rows = ()

    async def get_page(self, query):
        self.queries.append(query)
        number = len(self.queries)
        try:
            await self.may_return.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.failure:
            raise self.failure
        return Page(self.rows, f"page {number}", reads=1)

    async def count(self, query):
        return (await self.get_page(query.rows)).next_position


@pytest.fixture
def source():
    return CountingReadModel()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def cached(source, clock):
    return CachedReadModel(source, ttl_s=TTL_S, max_entries=3, clock=clock)


async def query_concurrently(cached, source, count):
    """Start equal queries, which all wait for one read."""
    source.may_return.clear()
    tasks = [asyncio.create_task(cached.get_page(QUERY)) for _ in range(count)]
    for _ in range(3):
        await asyncio.sleep(0)
    return tasks


def test_an_equal_query_is_served_from_memory_until_the_page_expires(cached, source, clock):
    first = asyncio.run(cached.get_page(QUERY))
    clock.now_s += TTL_S - 0.1
    second = asyncio.run(cached.get_page(QUERY))

    assert first == second
    assert (first.reads, second.reads) == (1, 0)
    assert len(source.queries) == 1


def test_a_count_is_not_cached(cached):
    query = CountQuery(rows=QUERY, by=(), time_zone="UTC")

    counts = [asyncio.run(cached.count(query)) for _ in range(2)]

    assert counts == ["page 1", "page 2"]


def test_an_expired_page_is_read_again(cached, clock):
    asyncio.run(cached.get_page(QUERY))
    clock.now_s += TTL_S

    page = asyncio.run(cached.get_page(QUERY))

    assert page.next_position == "page 2"


@pytest.mark.parametrize(
    "other",
    [
        replace(QUERY, groups=(("test_user_002",),)),
        replace(QUERY, index=TRANSACTION_INDEX),
        replace(QUERY, selection=Selection(limit=11)),
        replace(QUERY, selection=Selection(limit=10, from_key="1")),
        replace(QUERY, selection=Selection(limit=10, before_key="1")),
        replace(QUERY, selection=Selection(limit=10, filters=(("status", ("SENT",)),))),
    ],
)
def test_a_query_that_differs_in_anything_is_read_itself(cached, other):
    asyncio.run(cached.get_page(QUERY))

    assert asyncio.run(cached.get_page(other)).next_position == "page 2"


def test_an_error_is_not_cached(cached, source):
    source.failure = ThrottledError("x")
    with pytest.raises(ThrottledError):
        asyncio.run(cached.get_page(QUERY))
    source.failure = None

    assert asyncio.run(cached.get_page(QUERY)).next_position == "page 2"


def test_the_least_recently_used_page_is_evicted(cached, source):
    queries = [replace(QUERY, groups=((str(number),),)) for number in range(4)]
    for query in (*queries[:3], queries[0], queries[3]):
        asyncio.run(cached.get_page(query))
    source.queries.clear()

    for query in (queries[0], queries[2], queries[3], queries[1]):
        asyncio.run(cached.get_page(query))

    assert source.queries == [queries[1]]


def test_a_large_page_is_not_cached(cached, source, make_row):
    source.rows = (make_row(notification_title="x" * MAX_PAGE_CHARACTERS).record,)

    for _ in range(2):
        asyncio.run(cached.get_page(QUERY))

    assert len(source.queries) == 2


def test_concurrent_equal_queries_share_one_read(cached, source):
    async def run():
        tasks = await query_concurrently(cached, source, 5)
        source.may_return.set()
        return await asyncio.gather(*tasks)

    pages = asyncio.run(run())

    assert {page.next_position for page in pages} == {"page 1"}
    assert [page.reads for page in pages] == [1, 0, 0, 0, 0]


def test_concurrent_equal_queries_share_one_error(cached, source):
    async def run():
        tasks = await query_concurrently(cached, source, 3)
        source.failure = ThrottledError("x")
        source.may_return.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    errors = asyncio.run(run())

    assert [type(error) for error in errors] == [ThrottledError] * 3
    assert len(source.queries) == 1


@pytest.mark.parametrize("cancelled_tasks", [[0], [1], [0, 1]])
def test_cancelled_queries_do_not_cancel_the_shared_read_of_others(cached, source, cancelled_tasks):
    async def run():
        tasks = await query_concurrently(cached, source, 3)
        for number in cancelled_tasks:
            tasks[number].cancel()
        await asyncio.sleep(0)
        source.may_return.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    results = asyncio.run(run())

    kept = [page for page in results if isinstance(page, Page)]
    assert len(kept) == 3 - len(cancelled_tasks)
    assert source.cancelled == 0


def test_the_shared_read_is_cancelled_with_its_last_query(cached, source):
    async def run():
        tasks = await query_concurrently(cached, source, 2)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)
        cancelled = source.cancelled
        source.may_return.set()
        return cancelled, await cached.get_page(QUERY)

    cancelled, page = asyncio.run(run())

    assert cancelled == 1
    assert page.next_position == "page 2"


def test_a_query_during_a_cancellation_starts_a_new_shared_read(cached, source):
    async def run():
        (first,) = await query_concurrently(cached, source, 1)
        first.cancel()
        second = asyncio.create_task(cached.get_page(QUERY))
        await asyncio.gather(first, return_exceptions=True)
        (third,) = await query_concurrently(cached, source, 1)
        source.may_return.set()
        return await asyncio.gather(second, third)

    pages = asyncio.run(run())

    assert [page.next_position for page in pages] == ["page 2", "page 2"]


def test_an_error_without_a_waiter_is_not_reported_by_asyncio(cached, source):
    reported = []

    async def run():
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: reported.append(context)
        )
        (task,) = await query_concurrently(cached, source, 1)
        source.failure = ThrottledError("x")
        source.may_return.set()
        await asyncio.sleep(0)  # the read has failed, and its query has not resumed yet
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())
    source.failure = None  # its traceback leads to the task
    gc.collect()  # asyncio reports a task's error when the task goes

    assert reported == []


class CacheMachine(RuleBasedStateMachine):
    """Queries, the clock and failures in any order, against the pages that a cache may return."""

    queries = st.integers(0, 5).map(lambda number: replace(QUERY, groups=((str(number),),)))

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
    def query(self, query):
        self.source.failure = None
        queries = len(self.source.queries)

        page = self.runner.run(self.cached.get_page(query))

        if len(self.source.queries) > queries:
            self.known[query] = (page, self.clock.now_s)
        kept, read_at_s = self.known[query]
        assert page == kept
        assert self.clock.now_s - read_at_s < TTL_S

    @rule(query=queries)
    def query_while_it_fails(self, query):
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
