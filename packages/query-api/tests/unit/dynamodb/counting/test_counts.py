"""Counts over a table in memory, held to counting the records one by one."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from notification_models import NotificationRecord, Row, encode_row
from notification_models.schema import FAILURE_INDEX
from query_api.dynamodb.counting.codec import CountCodec
from query_api.dynamodb.counting.run import count_rows
from query_api.read_model.counts import COUNTED_BY
from query_api.read_model.port import CountQuery, Selection
from query_api.read_model.queries import (
    fail_query,
    latest_failures_query,
    marketing_query,
    user_query,
)

from ....support.dynamodb_table import DynamoDBTable
from ....support.virtual_time import run_in_virtual_time

# Around the end of summer time in New York, and the days around it.
CHANGE_MS = int(datetime(2026, 11, 1, 6, tzinfo=UTC).timestamp()) * 1000
HOUR_MS = 3_600_000
TIMES = st.integers(-60, 60).map(lambda quarter: CHANGE_MS + quarter * HOUR_MS // 4)
ZONES = st.sampled_from(["UTC", "Asia/Taipei", "America/New_York", "Australia/Lord_Howe"])
# At least two, as an item has at most 400 KB and a page 1 MB.
PAGE_ROWS = st.integers(2, 5)
STATUSES = st.sampled_from(["SENT", "FAILED", "FAILED", "bounced", None])


@st.composite
def records(draw):
    """Up to 40 records with different keys."""
    numbers = count()
    record = st.builds(
        lambda **fields: NotificationRecord(transaction_id=f"tx_{next(numbers)}", **fields),
        user_id=st.sampled_from(["u1", "u2"]),
        created_at=TIMES,
        status=STATUSES,
        platform=st.sampled_from(["IOS", "ANDROID", None]),
        marketing_id=st.sampled_from(["c", None]),
        ap_id=st.sampled_from(["mobile-app-001", "新", None]),
        error_msg=st.sampled_from(["expired", None]),
    )
    return draw(st.lists(record, max_size=40))


BOUNDS = st.none() | TIMES.map(lambda time: f"{time:013d}#")
SELECTIONS = st.builds(
    Selection,
    limit=st.just(1),
    from_key=BOUNDS,
    before_key=BOUNDS,
    filters=st.sampled_from(
        [(), (("platform", ("IOS",)),), (("ap_id", ("mobile-app-001", "新")),)]
    ),
)


DAYS = [datetime.fromtimestamp(CHANGE_MS / 1000, UTC).date() + timedelta(n) for n in (1, 0, -1)]


PATTERNS = st.sampled_from(
    [
        partial(user_query, "u1"),
        partial(marketing_query, "c"),
        partial(fail_query, "tx_0"),
        partial(latest_failures_query, DAYS),
    ]
)
QUERIES = st.builds(
    lambda pattern, selection, by, zone: CountQuery(
        rows=pattern(selection), by=tuple(by), time_zone=zone
    ),
    PATTERNS,
    SELECTIONS,
    st.lists(st.sampled_from(sorted(COUNTED_BY)), max_size=4, unique=True),
    ZONES,
)


@dataclass
class Slow:
    """A table of which each read takes a time.

    Attributes:
        delays_s: of one read after another, again and again.
    """

    table: DynamoDBTable
    delays_s: list[float]
    reads: int = 0

    def count(self, query, time_s):
        return run_in_virtual_time(self._count(query, time_s))

    async def _count(self, query, time_s):
        codec = CountCodec("notification-records", query)

        async def read(each):
            response = self.table.respond(codec.encode(each))
            self.reads += 1
            await asyncio.sleep(self.delays_s[self.reads % len(self.delays_s)])
            return codec.decode(response, each)

        return await count_rows(query, read, time_s=time_s)


def create(records, page_rows=3, delays_s=(0.01,)):
    items = [encode_row(Row(record=record, version="1")) for record in records]
    return Slow(DynamoDBTable(items, page_rows), list(delays_s))


def walk(slow, query, time_s):
    """Return all parts of a count."""
    parts = [slow.count(query, time_s)]
    while (position := parts[-1].next_position) is not None:
        before_key = query.rows.selection.before_key
        assert before_key is None or position < before_key
        query = replace_before_key(query, position)
        parts.append(slow.count(query, time_s))
    return parts


def replace_before_key(query, before_key):
    rows = query.rows
    selection = replace(rows.selection, before_key=before_key)
    if rows.index == FAILURE_INDEX:
        return replace(query, rows=latest_failures_query(DAYS, selection))
    return replace(query, rows=replace(rows, selection=selection))


def add_up(parts):
    groups = Counter()
    for part in parts:
        groups.update(dict(part.groups))
        assert part.counted == sum(dict(part.groups).values()) + part.other
        assert part.other == 0
    times = [t for part in parts for t in (part.first_created_at, part.last_created_at)]
    known = [time for time in times if time is not None]
    return (
        groups,
        sum(part.counted for part in parts),
        min(known, default=None),
        max(known, default=None),
    )


def get_expected(make_fake_read_model, records, query):
    fake = make_fake_read_model(Row(record=record, version="1") for record in records)
    return asyncio.run(fake.count(query))


@settings(max_examples=300)
@given(records=records(), query=QUERIES, page_rows=PAGE_ROWS)
def test_counts_are_those_of_counting_the_records_one_by_one(
    records, query, page_rows, make_fake_read_model
):
    counts = create(records, page_rows).count(query, time_s=1000)

    assert counts == get_expected(make_fake_read_model, records, query)


@settings(max_examples=300)
@given(
    records=records(),
    query=QUERIES,
    page_rows=PAGE_ROWS,
    delays_s=st.lists(st.floats(0.001, 0.1), min_size=1, max_size=5),
    time_s=st.floats(0, 0.3),
)
def test_the_parts_of_a_count_add_up_to_the_whole(
    records, query, page_rows, delays_s, time_s, make_fake_read_model
):
    parts = walk(create(records, page_rows, delays_s), query, time_s)

    whole = get_expected(make_fake_read_model, records, query)
    groups, counted, first, last = add_up(parts)
    assert groups == dict(whole.groups)
    assert (counted, first, last) == (whole.counted, whole.first_created_at, whole.last_created_at)
