"""The contract of counts, for every implementation of the port."""

from datetime import date

import pytest

from notification_models import Tombstone
from query_api.read_model.port import CountQuery, Selection
from query_api.read_model.queries import (
    fail_query,
    latest_failures_query,
    marketing_query,
    transaction_query,
    user_query,
)

DAY = date(2024, 1, 1)
START_MS = 1_704_067_200_000
HOUR_MS = 3_600_000
CAMPAIGN = "campaign_2024_new_year"


@pytest.fixture
def rows(make_row):
    """Rows of two users, three applications and two days; every fifth has failed."""
    return [
        make_row(
            user_id=f"test_user_{number % 2:03d}",
            transaction_id=f"交易_{number:03d}",
            created_at=START_MS + number * HOUR_MS // 2,
            marketing_id=CAMPAIGN if number % 3 else None,
            platform=["IOS", "ANDROID", None][number % 3],
            status="SENT" if number % 5 else "FAILED",
            error_msg=None if number % 5 else ["expired", "不明"][number % 2],
            ap_id=f"app-{number % 3}",
        )
        for number in range(60)
    ]


def select(**selection):
    return Selection(limit=1, **selection)


QUERIES = [
    user_query("test_user_001", select()),
    user_query("nobody", select()),
    user_query("test_user_001", select(filters=(("platform", ("IOS", "FAX")),))),
    marketing_query(CAMPAIGN, select()),
    marketing_query(CAMPAIGN, select(from_key=f"{START_MS + 5 * HOUR_MS}#")),
    marketing_query(CAMPAIGN, select(before_key=f"{START_MS + 5 * HOUR_MS}#交易_010")),
    marketing_query(
        CAMPAIGN,
        select(from_key=f"{START_MS + HOUR_MS}#", before_key=f"{START_MS + 9 * HOUR_MS}#交易_018"),
    ),
    marketing_query(CAMPAIGN, select(from_key="2", before_key="1")),
    transaction_query("交易_007", select()),
    fail_query("交易_010", select()),
    latest_failures_query([DAY.replace(day=2), DAY], select()),
    latest_failures_query([DAY.replace(day=2), DAY], select(filters=(("ap_id", ("app-1",)),))),
]


@pytest.mark.parametrize(
    "by", [(), ("status",), ("ap_id", "error_msg", "hour", "platform"), ("day", "minute")]
)
def test_counts_are_those_of_the_rows(runner, make_read_model, make_fake_read_model, rows, by):
    read_model = make_read_model(rows)
    reference = make_fake_read_model(rows)

    for query in QUERIES:
        count = CountQuery(rows=query, by=by, time_zone="Asia/Taipei")
        assert runner.run(read_model.count(count)) == runner.run(reference.count(count))


def test_tombstones_are_not_counted(runner, make_read_model, rows):
    buried = [Tombstone(row.key, version="2024#2", deleted_at=1, expires_at=2) for row in rows[:20]]
    read_model = make_read_model([*buried, *rows[20:]])
    query = CountQuery(rows=user_query("test_user_000", select()), by=(), time_zone="UTC")

    assert runner.run(read_model.count(query)).groups == (((), 20),)


def test_the_rest_of_a_count_is_counted_from_its_position(runner, make_read_model, rows):
    read_model = make_read_model(rows)

    def count(**selection):
        query = marketing_query(CAMPAIGN, select(**selection))
        return runner.run(read_model.count(CountQuery(rows=query, by=(), time_zone="UTC")))

    position = rows[31].key.notification_key
    newer, older = count(from_key=position), count(before_key=position)

    assert newer.counted > 0
    assert older.counted > 0
    assert newer.counted + older.counted == count().counted
