import asyncio
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from query_api.dynamodb.paging import MAX_ROUNDS, read_merged_page
from query_api.dynamodb.partition import PartitionPage, PartitionRead
from query_api.read_model.notification import Notification
from query_api.read_model.port import Filters, Page, RowQuery, Selection

from ...support.partitions import UNREADABLE, Partitions, build_row


@pytest.fixture
def make_partitions() -> type[Partitions]:
    return Partitions


def query(
    partitions: Partitions,
    *,
    limit: int,
    before_key: str | None = None,
    filters: Filters = (),
    read: Callable[[PartitionRead], Awaitable[PartitionPage]] | None = None,
) -> Page:
    row_query = RowQuery(
        index=None,
        groups=(tuple(partitions.keys),),
        selection=Selection(
            limit=limit, from_key=partitions.from_key, before_key=before_key, filters=filters
        ),
    )
    return asyncio.run(read_merged_page(row_query, read or partitions.read))


def number(count: int, *, shown: bool = True, start: int = 0) -> dict[str, bool]:
    return {f"{each:06d}": shown for each in range(start, start + count)}


@st.composite
def partitions_of_rows(draw: st.DrawFn) -> Partitions:
    """Some hundred rows in runs: each run in one partition, all shown or all hidden.

    Runs longer than a page may read end it early, at a frontier.
    """
    count = draw(st.integers(1, 4))
    run = st.tuples(st.integers(0, count - 1), st.booleans(), st.integers(1, 40))
    keys: dict[str, dict[str, bool]] = {f"p{each}": {} for each in range(count)}
    start = 0
    for partition, is_shown, length in draw(st.lists(run, max_size=12)):
        keys[f"p{partition}"] |= number(length, shown=is_shown, start=start)
        start += length
    from_key = draw(st.none() | st.integers(0, start).map(lambda key: f"{key:06d}"))
    return Partitions(keys, most=draw(st.integers(1, 4)), from_key=from_key)


@settings(max_examples=200)
@given(partitions_of_rows(), st.integers(1, 12), st.booleans())
def test_a_walk_gives_every_row_once_newest_first_and_ends(partitions, limit, is_filtered):
    filters = (("status", ("SENT",)),) if is_filtered else ()
    walked: list[Notification] = []
    position = None

    while True:
        page = query(partitions, limit=limit, before_key=position, filters=filters)
        walked += page.rows
        assert len(page.rows) <= limit
        if page.next_position is None:
            break
        assert position is None or page.next_position < position
        position = page.next_position

    assert walked == partitions.get_expected()


@settings(max_examples=200)
@given(partitions_of_rows(), st.integers(1, 12), st.integers(1, 5))
def test_a_walk_leaves_out_each_unreadable_row_once_and_gives_the_others(partitions, limit, nth):
    keys = [row.transaction_id for row in partitions.get_expected()]
    partitions.unreadable = frozenset(keys[::nth])
    walked: list[str] = []
    left_out = 0
    position = None

    while True:
        page = query(partitions, limit=limit, before_key=position)
        walked += [row.transaction_id for row in page.rows]
        left_out += len(page.unreadable)
        assert len(page.rows) + len(page.unreadable) <= limit
        position = page.next_position
        if position is None:
            break

    assert walked == [key for key in keys if key not in partitions.unreadable]
    assert left_out == len(partitions.unreadable)


@settings(max_examples=200)
@given(partitions_of_rows(), st.integers(1, 12), st.none() | st.integers(0, 300))
def test_a_page_within_the_bound_of_reads_is_full_or_the_last_one(partitions, limit, before):
    before_key = None if before is None else f"{before:06d}"
    partitions.most = 1_000_000

    page = query(partitions, limit=limit, before_key=before_key)

    expected = partitions.get_expected(before_key)
    assert page.rows == tuple(expected[:limit])
    assert (page.next_position is None) == (len(expected) <= limit)


@settings(max_examples=100)
@given(partitions_of_rows(), st.integers(1, 12))
def test_no_page_costs_more_than_its_bound_of_reads(partitions, limit):
    query(partitions, limit=limit)

    assert len(partitions.reads) <= MAX_ROUNDS * len(partitions.keys)


def test_rows_without_gaps_cost_one_read_of_each_partition(make_partitions):
    partitions = make_partitions(
        {"a": number(50), "b": number(50, start=50), "c": number(50, start=100)}
    )

    page = query(partitions, limit=10)

    assert len(page.rows) == 10
    assert [(read.partition, read.limit) for read in partitions.reads] == [
        ("a", 11),
        ("b", 11),
        ("c", 11),
    ]


def test_a_page_that_is_exactly_full_is_the_last_one(make_partitions):
    partitions = make_partitions({"a": number(6), "b": number(4, start=6)})

    page = query(partitions, limit=10)

    assert (len(page.rows), page.next_position) == (10, None)


def test_one_row_more_than_the_page_makes_another_page(make_partitions):
    partitions = make_partitions({"a": number(6), "b": number(5, start=6)})

    page = query(partitions, limit=10)

    assert (len(page.rows), page.next_position) == (10, "000001")


def test_a_filter_that_hides_all_but_the_oldest_row_still_ends_on_it(make_partitions):
    partitions = make_partitions({"a": {"000000": True} | number(9_999, shown=False, start=1)})
    filters = (("status", ("FAILED",)),)

    first = query(partitions, limit=10, filters=filters)
    pages = [first]
    while (position := pages[-1].next_position) is not None:
        pages.append(query(partitions, limit=10, before_key=position, filters=filters))

    assert first.rows == ()
    assert [row for page in pages for row in page.rows] == [build_row("000000")]
    assert len(pages) <= 4


def test_only_partitions_that_may_hold_a_wanted_row_are_read_again(make_partitions):
    hidden_newest = number(20, start=100) | number(20, shown=False, start=500)
    partitions = make_partitions({"behind": hidden_newest, "ahead": number(20, start=200)})

    page = query(partitions, limit=10)

    assert page.rows == tuple(build_row(f"000{key}") for key in range(219, 209, -1))
    assert [read.partition for read in partitions.reads] == ["behind", "ahead", "behind"]


def test_a_page_that_ends_early_leaves_out_rows_that_others_may_precede(make_partitions):
    slow = number(100, shown=False, start=500) | number(1, start=400)
    partitions = make_partitions({"slow": slow, "fast": number(3, start=300)}, most=10)

    page = query(partitions, limit=10)

    assert (page.rows, page.next_position) == ((), "000550")


def test_with_a_filter_the_first_read_evaluates_more_rows_than_are_wanted(make_partitions):
    partitions = make_partitions({"a": number(5)})

    query(partitions, limit=10, filters=(("status", ("FAILED",)),))

    assert [read.limit for read in partitions.reads] == [100]


def test_a_page_of_unreadable_rows_is_empty_and_the_next_one_follows(make_partitions):
    rows = number(4)
    partitions = make_partitions({"a": rows}, unreadable=frozenset(list(rows)[2:]))

    first = query(partitions, limit=2)
    second = query(partitions, limit=2, before_key=first.next_position)

    assert first == Page((), "000002", unreadable=(UNREADABLE, UNREADABLE))
    assert second == Page((build_row("000001"), build_row("000000")), None)


def test_a_row_without_a_key_is_left_out_of_the_page(make_partitions):
    partitions = make_partitions({"a": number(2)})

    async def read_one_more(read: PartitionRead) -> PartitionPage:
        page = await partitions.read(read)
        return PartitionPage(page.rows, page.frontier, without_key=(UNREADABLE,))

    page = query(partitions, limit=10, read=read_one_more)

    assert (len(page.rows), page.unreadable) == (2, (UNREADABLE,))


def test_bounds_that_leave_no_room_cost_no_read(make_partitions):
    partitions = make_partitions({"a": number(5)}, from_key="000003")

    page = query(partitions, limit=10, before_key="000003")

    assert (page.rows, page.next_position, partitions.reads) == ((), None, [])


def test_the_partitions_are_read_concurrently(make_partitions):
    partitions = make_partitions({"a": number(5), "b": number(5, start=5)})
    both_started = asyncio.Barrier(2)

    async def meet(read: PartitionRead) -> PartitionPage:
        async with asyncio.timeout(5):
            await both_started.wait()
        return await partitions.read(read)

    page = query(partitions, limit=10, read=meet)

    assert len(page.rows) == 10


def test_a_read_that_fails_fails_the_page(make_partitions):
    partitions = make_partitions({"a": number(5), "b": number(5, start=5)})

    async def fail(read: PartitionRead) -> PartitionPage:
        if read.partition == "b":
            raise ConnectionError
        return await partitions.read(read)

    with pytest.raises(ConnectionError):
        query(partitions, limit=10, read=fail)
