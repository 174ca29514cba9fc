"""Pages of the latest failures: groups of partitions, one for each day."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notification_models import encode_failure_shard, encode_notification_key
from query_api.dynamodb.paging import read_merged_page
from query_api.read_model.port import Page, RowQuery, Selection
from query_api.read_model.queries import latest_failures_query
from query_api.settings import Settings

from ...support.partitions import UNREADABLE, Partitions, build_row
from ...support.virtual_time import run_in_virtual_time

DAY_MS = 24 * 60 * 60 * 1000
NEWEST = date(2026, 11, 24)
END_MS = int(datetime(2026, 11, 25, tzinfo=UTC).timestamp()) * 1000
DAYS = [NEWEST - timedelta(days=ago) for ago in range(33)]
SHARDS = 8
MAX_READS = (33 + 4) * SHARDS
"""Of one answer: each day once, and one day up to four times more."""
FILTERS = (("ap_id", ("a",)),)


class Failures:
    """The failures of some days.

    Args:
        rows: pairs of `created_at` and whether the filter shows the row.
    """

    def __init__(self, rows, days=33, *, from_ms=None, most=1_000_000):
        keys = {}
        for number, (created_at, is_shown) in enumerate(rows):
            transaction_id = f"tx_{number}"
            partition = encode_failure_shard(created_at, transaction_id)
            key = encode_notification_key(created_at, transaction_id)
            keys.setdefault(partition, {})[key] = is_shown
        from_key = None if from_ms is None else encode_notification_key(from_ms, "")
        self.partitions = Partitions(keys, most=most, from_key=from_key)
        self.days = DAYS[:days]

    def query(self, *, limit=10, before_key=None, filters=()) -> RowQuery:
        selection = Selection(
            limit=limit,
            from_key=self.partitions.from_key,
            before_key=before_key,
            filters=filters,
        )
        return latest_failures_query(self.days, selection)

    def get_page(self, **selection) -> Page:
        return asyncio.run(read_merged_page(self.query(**selection), self.partitions.read))

    def walk(self, **selection) -> list[Page]:
        pages, position = [], None
        while True:
            page = self.get_page(before_key=position, **selection)
            pages.append(page)
            assert position is None or page.next_position is None or page.next_position < position
            position = page.next_position
            if position is None:
                return pages


def list_rows(pages):
    return [row for page in pages for row in page.rows]


@st.composite
def failures(draw: st.DrawFn) -> Failures:
    """Up to some hundred rows in runs on a few days; all rows of a run are shown, or none."""
    run = st.tuples(
        st.integers(0, 32), st.integers(0, DAY_MS - 1), st.integers(1, 60), st.booleans()
    )
    rows = [
        (min(END_MS - 1, END_MS - (ago + 1) * DAY_MS + start + number), is_shown)
        for ago, start, length, is_shown in draw(st.lists(run, max_size=8))
        for number in range(length)
    ]
    from_ms = draw(st.none() | st.integers(END_MS - 33 * DAY_MS, END_MS))
    return Failures(rows, from_ms=from_ms, most=draw(st.sampled_from([1, 3, 1_000_000])))


@settings(max_examples=200, deadline=None)
@given(failures(), st.integers(1, 12), st.booleans())
def test_a_walk_gives_every_failure_once_newest_first_and_ends(found, limit, is_filtered):
    pages = found.walk(limit=limit, filters=FILTERS if is_filtered else ())

    assert list_rows(pages) == found.partitions.get_expected()
    assert all(len(page.rows) <= limit for page in pages)
    assert all(page.reads <= MAX_READS for page in pages)


@settings(max_examples=100, deadline=None)
@given(failures(), st.integers(1, 12), st.integers(1, 5))
def test_a_walk_leaves_out_each_unreadable_failure_once(found, limit, nth):
    keys = [row.transaction_id for row in found.partitions.get_expected()]
    found.partitions.unreadable = frozenset(keys[::nth])

    pages = found.walk(limit=limit)

    walked = [row.transaction_id for row in list_rows(pages)]
    assert walked == [key for key in keys if key not in found.partitions.unreadable]
    assert sum(len(page.unreadable) for page in pages) == len(keys[::nth])
    assert all(each == UNREADABLE for page in pages for each in page.unreadable)


@settings(max_examples=100, deadline=None)
@given(failures(), st.integers(0, 33 * DAY_MS))
def test_a_page_may_begin_at_any_key(found, ago_ms):
    found.partitions.most = 1_000_000
    before_key = encode_notification_key(END_MS - ago_ms, "tx")

    page = found.get_page(limit=5, before_key=before_key)

    assert list(page.rows) == found.partitions.get_expected(before_key)[: len(page.rows)]


def test_the_newest_day_alone_is_read_if_it_fills_the_page():
    found = Failures([(END_MS - number, True) for number in range(1, 500)])

    page = found.get_page()

    assert (len(page.rows), page.reads) == (10, SHARDS)


def test_a_month_without_failures_is_read_in_four_rounds_and_one_answer():
    found = Failures([])

    page = found.get_page(limit=100, filters=FILTERS)

    assert page == Page((), None)
    days_of_rounds = [1, 3, 9, 20]
    read = [each.partition[:10] for each in found.partitions.reads]
    assert read == [day.isoformat() for day in DAYS for _ in range(SHARDS)]
    assert page.reads == sum(days_of_rounds) * SHARDS


def test_a_month_without_failures_takes_ten_reads_of_a_task_one_after_another():
    found = Failures([])
    connections = asyncio.Semaphore(Settings().max_connections)
    read_s = 0.01

    async def read_over_a_connection(read):
        async with connections:
            await asyncio.sleep(read_s)
            return await found.partitions.read(read)

    async def measure_s():
        loop = asyncio.get_running_loop()
        started_s = loop.time()
        await read_merged_page(found.query(limit=100), read_over_a_connection)
        return loop.time() - started_s

    assert run_in_virtual_time(measure_s()) == pytest.approx(10 * read_s)
    assert 10 * read_s < Settings().deadline_s / 2


@pytest.mark.parametrize("filters", [(), FILTERS])
@pytest.mark.parametrize("ago", [0, 1, 3, 12, 31, 32])
def test_one_failure_in_a_month_is_found_in_one_answer(ago, filters):
    created_at = END_MS - ago * DAY_MS - 1
    found = Failures([(created_at, True)])

    page = found.get_page(filters=filters)

    row = build_row(encode_notification_key(created_at, "tx_0"))
    assert page == Page((row,), None)


def test_days_read_at_once_evaluate_few_rows_of_each():
    quiet_since = END_MS - 13 * DAY_MS
    busy = [(quiet_since - 1 - number * 1000, True) for number in range(40_000)]
    found = Failures(busy)

    found.get_page(limit=100)

    evaluated = {each.limit for each in found.partitions.reads if each.partition[8:10] == "11"}
    assert evaluated == {16}


def test_after_a_read_that_left_rows_the_newest_unfinished_day_is_read_alone():
    quiet_since = END_MS - 4 * DAY_MS
    hidden = [(quiet_since - 1 - number * 10_000, False) for number in range(60_000)]
    found = Failures(hidden)

    page = found.get_page(filters=FILTERS)

    days = [each.partition[:10] for each in found.partitions.reads]
    assert days[: 13 * SHARDS] == [day.isoformat() for day in DAYS[:13] for _ in range(SHARDS)]
    assert days[13 * SHARDS :] == [DAYS[4].isoformat()] * 2 * SHARDS
    assert (page.rows, page.reads) == ((), 15 * SHARDS)


def build_incident(is_shown):
    """200,000 failures in one hour."""
    start = END_MS - 2 * 60 * 60 * 1000
    return Failures([(start + number * 18, is_shown(number)) for number in range(200_000)])


def test_an_incident_is_walked_to_its_end_with_each_failure_once():
    incident = build_incident(lambda _: True)

    pages = incident.walk(limit=100)

    walked = [row.transaction_id for row in list_rows(pages)]
    assert len(walked) == 200_000
    assert walked == sorted(walked, reverse=True)
    assert max(page.reads for page in pages[:-1]) == SHARDS
    assert pages[-1].reads <= MAX_READS


def test_one_failure_in_a_thousand_is_found_in_a_bounded_number_of_answers():
    incident = build_incident(lambda number: number % 1000 == 7)

    pages = incident.walk(limit=100, filters=FILTERS)

    assert list_rows(pages) == incident.partitions.get_expected()
    assert len(list_rows(pages)) == 200
    assert len(pages) <= 9
    assert max(page.reads for page in pages[:-1]) == 5 * SHARDS
    assert pages[-1].reads <= MAX_READS
