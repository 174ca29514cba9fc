from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notification_client.core.queries import build_query, build_summary_query


class _Status(StrEnum):
    FAILED = "FAILED"


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        ("failed", "failed"),
        (_Status.FAILED, "FAILED"),
        (["SENT", "FAILED"], ["SENT", "FAILED"]),
        (("SENT",), ["SENT"]),
        ([], []),
    ],
)
def test_a_filter_is_a_text_or_a_list_of_texts(value, encoded):
    query = build_query("query/user", {"user_id": "u_1"}, {"status": value})

    assert query.body == {"user_id": "u_1", "status": encoded}


def test_none_is_no_filter_and_no_key():
    query = build_query("query/fail", {"transaction_id": None}, {"ap_id": None, "created_to": None})

    assert query.body == {}


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        (1_704_067_200_000, 1_704_067_200_000),
        (datetime(2024, 1, 1, tzinfo=UTC), 1_704_067_200_000),
        (datetime(2024, 1, 1, 8, tzinfo=ZoneInfo("Asia/Taipei")), 1_704_067_200_000),
        (datetime(2024, 11, 3, 1, 30, tzinfo=ZoneInfo("America/New_York")), 1_730_611_800_000),
        (
            datetime(2024, 11, 3, 1, 30, fold=1, tzinfo=ZoneInfo("America/New_York")),
            1_730_615_400_000,
        ),
    ],
)
def test_a_time_is_sent_in_milliseconds(value, encoded):
    query = build_query("query/user", {}, {"created_from": value})

    assert query.body == {"created_from": encoded}


@given(moment_us=st.integers(10**15, 10**16), distance_ms=st.integers(-2, 2))
def test_a_time_between_two_milliseconds_bounds_the_same_rows(moment_us, distance_ms):
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    moment = (epoch + timedelta(microseconds=moment_us)).astimezone(ZoneInfo("Asia/Taipei"))
    created_at = moment_us // 1000 + distance_ms

    encoded = build_query("query/user", {}, {"created_from": moment}).body["created_from"]

    created = epoch + timedelta(milliseconds=created_at)
    assert (created_at >= encoded) == (created >= moment)


def test_a_datetime_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="created_to has no time zone"):
        build_query("query/user", {}, {"created_to": datetime(2024, 1, 1)})  # noqa: DTZ001 - refused


@pytest.mark.parametrize("value", ["2024-01-01", 1.5, True])
def test_another_kind_of_time_is_refused(value):
    with pytest.raises(TypeError, match="created_from is neither a datetime nor an int"):
        build_query("query/user", {}, {"created_from": value})


def test_the_text_of_a_query_holds_no_id():
    query = build_query("query/user", {"user_id": "u_secret"}, {})

    assert "u_secret" not in repr(query)


def test_a_summary_counts_the_notifications_of_its_query():
    query = build_query("query/marketing", {"marketing_id": "c_1"}, {"status": "SENT"})

    summary = build_summary_query(query, ("status", "hour"), "Asia/Taipei")

    assert summary.path == "query/marketing/summary"
    assert summary.body == {**query.body, "by": ["status", "hour"], "time_zone": "Asia/Taipei"}
