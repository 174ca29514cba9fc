from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notification_models.values import MAX_CREATED_AT_MS
from query_api.exceptions import InvalidRequestError
from query_api.http.cursor import Cursor
from query_api.http.requests.failure_window import FailureWindow, find_window

SECOND_MS = 1000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
MINUTE = int(datetime(2026, 11, 24, 17, 1, tzinfo=UTC).timestamp()) * 1000
NOW = MINUTE + 59 * SECOND_MS


@pytest.mark.parametrize(
    ("created_from", "created_to", "window"),
    [
        (None, None, (MINUTE - DAY_MS, MINUTE + 6 * MINUTE_MS)),
        (None, NOW, (NOW - DAY_MS, NOW)),
        (None, HOUR_MS, (0, HOUR_MS)),
        (NOW - HOUR_MS, None, (NOW - HOUR_MS, MINUTE + 6 * MINUTE_MS)),
        (NOW - 31 * DAY_MS, NOW, (NOW - 31 * DAY_MS, NOW)),
        (NOW - 31 * DAY_MS, None, (NOW - 31 * DAY_MS, MINUTE + 6 * MINUTE_MS)),
        (NOW - 60 * DAY_MS, NOW - 29 * DAY_MS, (NOW - 60 * DAY_MS, NOW - 29 * DAY_MS)),
        (NOW + DAY_MS, None, (NOW + DAY_MS, MINUTE + 6 * MINUTE_MS)),
        (None, MAX_CREATED_AT_MS, (MAX_CREATED_AT_MS - DAY_MS, MAX_CREATED_AT_MS)),
    ],
)
def test_a_window_is_the_last_day_unless_it_is_given(created_from, created_to, window):
    assert find_window(created_from, created_to, None, NOW) == window


def test_the_window_is_the_same_within_a_minute():
    assert find_window(None, None, None, MINUTE) == find_window(None, None, None, NOW)


@given(st.integers(-5 * MINUTE_MS, DAY_MS))
def test_every_failure_of_the_last_day_is_in_the_window_and_of_clocks_up_to_5_min_fast(ago_ms):
    from_ms, to_ms = find_window(None, None, None, NOW)

    assert from_ms <= NOW - ago_ms < to_ms


@pytest.mark.parametrize(
    ("created_from", "created_to", "cursor"),
    [
        (NOW - 31 * DAY_MS - 1, NOW, None),
        (NOW - 32 * DAY_MS, None, None),
        (10**11, None, None),
        (0, NOW, None),
        (NOW - 62 * DAY_MS, NOW, Cursor(f"{NOW - 30 * DAY_MS}#tx")),
        (None, None, Cursor(f"{NOW}#tx", 0)),
        (None, None, Cursor("no-notification-key", 0)),
    ],
)
def test_a_window_of_more_than_31_days_is_refused(created_from, created_to, cursor):
    with pytest.raises(InvalidRequestError) as caught:
        find_window(created_from, created_to, cursor, NOW)

    (fault,) = caught.value.faults
    assert fault.pointer == "/created_from"
    assert fault.detail == "Input should be at most 31 days before created_to, or before now"


def test_a_walk_keeps_the_window_of_its_first_page():
    first = find_window(None, None, None, NOW)
    cursor = Cursor(f"{NOW - HOUR_MS}#tx", first.from_ms)

    for waited_ms in (MINUTE_MS, DAY_MS, 60 * DAY_MS):
        later = find_window(None, None, cursor, NOW + waited_ms)
        assert later == (first.from_ms, NOW - HOUR_MS + 1)


def test_a_walk_through_31_days_may_take_longer_than_the_clocks_tolerance():
    created_from = NOW - 31 * DAY_MS
    cursor = Cursor(f"{NOW - HOUR_MS}#tx", created_from)

    later = find_window(created_from, None, cursor, NOW + DAY_MS)

    assert later.from_ms == created_from


def test_a_given_start_is_used_instead_of_the_cursors():
    cursor = Cursor(f"{NOW}#tx", NOW - DAY_MS)

    assert find_window(NOW - HOUR_MS, None, cursor, NOW).from_ms == NOW - HOUR_MS


@pytest.mark.parametrize(
    ("window", "days"),
    [
        ((MINUTE - DAY_MS, MINUTE), [24, 23]),
        ((MINUTE, MINUTE), [24]),
        ((MINUTE, MINUTE - 2 * DAY_MS), [24]),
        ((MINUTE - 17 * HOUR_MS - MINUTE_MS, MINUTE + 6 * HOUR_MS + 59 * MINUTE_MS), [24]),
        ((MINUTE - 17 * HOUR_MS - MINUTE_MS - 1, MINUTE), [24, 23]),
        ((MINUTE, MINUTE + 6 * HOUR_MS + 59 * MINUTE_MS + 1), [25, 24]),
    ],
)
def test_the_days_of_a_window_are_those_of_utc_newest_first(window, days):
    assert FailureWindow(*window).days == [date(2026, 11, day) for day in days]
