from datetime import date

import pytest

from notification_models import encode_failure_shards
from notification_models.schema import FAILURE_INDEX, MARKETING_INDEX, TRANSACTION_INDEX
from notification_models.values import MAX_CREATED_AT_MS
from query_api.read_model.notification import encode_notification
from query_api.read_model.port import RowQuery, Selection
from query_api.read_model.queries import (
    fail_query,
    find_upper_bound,
    has_foreign_row,
    latest_failures_query,
    marketing_query,
    transaction_query,
    user_query,
)

SELECTION = Selection(limit=5, filters=(("platform", ("IOS",)),))


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (user_query, RowQuery(index=None, groups=(("x",),), selection=SELECTION)),
        (
            marketing_query,
            RowQuery(
                index=MARKETING_INDEX,
                groups=(("x#0", "x#1", "x#2", "x#3"),),
                selection=SELECTION,
            ),
        ),
        (
            transaction_query,
            RowQuery(index=TRANSACTION_INDEX, groups=(("x",),), selection=SELECTION),
        ),
        (
            fail_query,
            RowQuery(
                index=TRANSACTION_INDEX,
                groups=(("x",),),
                selection=Selection(
                    limit=5, filters=(("platform", ("IOS",)), ("status", ("FAILED",)))
                ),
            ),
        ),
    ],
)
def test_an_access_pattern_reads_the_partitions_of_its_rows(pattern, expected):
    assert pattern("x", SELECTION) == expected


DAYS = [date(2026, 11, 24), date(2026, 11, 23), date(2026, 11, 22)]
START_OF_24TH = "1795478400000#"


@pytest.mark.parametrize(
    ("from_key", "before_key", "days"),
    [
        (None, None, DAYS),
        (None, "1795564799999#tx", DAYS),
        (None, f"{START_OF_24TH}tx", DAYS),
        (None, START_OF_24TH, DAYS[1:]),
        (None, "1795478399999#tx", DAYS[1:]),
        (None, "1", DAYS[2:]),
        (None, "no-notification-key", DAYS),
        (START_OF_24TH, None, DAYS[:1]),
        ("1795478399999#", None, DAYS[:2]),
        ("1795478399999#", START_OF_24TH, DAYS[1:2]),
        (START_OF_24TH, START_OF_24TH, DAYS[2:]),
    ],
)
def test_the_latest_failures_have_a_group_of_shards_for_each_day(from_key, before_key, days):
    selection = Selection(limit=5, from_key=from_key, before_key=before_key)

    query = latest_failures_query(DAYS, selection)

    assert query == RowQuery(
        index=FAILURE_INDEX,
        groups=tuple(encode_failure_shards(day) for day in days),
        selection=selection,
    )


@pytest.mark.parametrize(
    ("before_key", "bound"),
    [
        (None, "1795564800000#"),
        ("1795500000000#tx", "1795500000000#tx"),
        ("1799999999999#tx", "1795564800000#"),
    ],
)
def test_the_rows_of_a_day_are_below_its_end_and_the_selections(before_key, bound):
    query = latest_failures_query(DAYS, Selection(limit=5, before_key=before_key))

    assert find_upper_bound(query, query.groups[0]) == bound


@pytest.mark.parametrize(
    ("changes", "is_foreign"),
    [
        ({}, False),
        ({"created_at": 1_795_564_799_999}, False),
        ({"created_at": 1_795_305_600_000}, False),
        ({"created_at": 1_795_564_800_000}, True),
        ({"created_at": 1_795_305_599_999}, True),
        ({"status": "SENT"}, True),
        ({"status": None}, True),
    ],
)
def test_a_row_that_is_no_failure_of_the_days_is_foreign(make_row, changes, is_foreign):
    row = make_row(**{"created_at": 1_795_400_000_000, "status": "FAILED"} | changes)
    partitions = [encode_failure_shards(day)[0] for day in DAYS]

    found = has_foreign_row(FAILURE_INDEX, partitions, [encode_notification(row.record)])

    assert found == is_foreign


def test_the_last_day_of_keys_has_an_end():
    query = latest_failures_query([date(2286, 11, 20)], Selection(limit=5))

    assert find_upper_bound(query, query.groups[0]) == f"{MAX_CREATED_AT_MS}#"
