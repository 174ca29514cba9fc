from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notification_client.cli.times.words import EXAMPLES, UnknownTimeError, decode_period
from notification_client.cli.times.zones import format_time

TAIPEI = ZoneInfo("Asia/Taipei")
NOW = datetime(2026, 11, 24, 10, 30, tzinfo=TAIPEI)


@pytest.mark.parametrize(
    ("text", "hours_ago"),
    [
        ("now", 0),
        ("2h", 2),
        ("2 hours", 2),
        ("2 hours ago", 2),
        ("1 h", 1),
        ("30m", 0.5),
        ("90 minutes ago", 1.5),
        ("1h30m", 1.5),
        ("7d", 168),
        ("1w 1d", 192),
        ("  2H  ", 2),
    ],
)
def test_an_amount_is_a_moment_that_long_ago(text, hours_ago):
    period = decode_period(text, TAIPEI, NOW)

    assert period.start == period.end == NOW - timedelta(hours=hours_ago)
    assert not period.is_range


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("today", "2026-11-24 00:00:00", "2026-11-25 00:00:00"),
        ("yesterday", "2026-11-23 00:00:00", "2026-11-24 00:00:00"),
        ("Yesterday  Evening", "2026-11-23 18:00:00", "2026-11-24 00:00:00"),
        ("yesterday morning", "2026-11-23 06:00:00", "2026-11-23 12:00:00"),
        ("yesterday afternoon", "2026-11-23 12:00:00", "2026-11-23 18:00:00"),
        ("yesterday night", "2026-11-23 22:00:00", "2026-11-24 06:00:00"),
        ("last night", "2026-11-23 22:00:00", "2026-11-24 06:00:00"),
        ("this morning", "2026-11-24 06:00:00", "2026-11-24 12:00:00"),
        ("morning", "2026-11-24 06:00:00", "2026-11-24 12:00:00"),
        ("2026-11-01", "2026-11-01 00:00:00", "2026-11-02 00:00:00"),
        ("2026-11-01 evening", "2026-11-01 18:00:00", "2026-11-02 00:00:00"),
    ],
)
def test_a_day_or_a_part_of_one_is_a_range(text, start, end):
    period = decode_period(text, TAIPEI, NOW)

    assert (format_time(period.start, TAIPEI), format_time(period.end, TAIPEI)) == (start, end)
    assert period.is_range


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-24 18:00", "2026-11-24 18:00:00"),
        ("2026-11-24T18:00", "2026-11-24 18:00:00"),
        ("2026-11-24 18:00:05", "2026-11-24 18:00:05"),
        ("yesterday 9:05", "2026-11-23 09:05:00"),
        ("08:00", "2026-11-24 08:00:00"),
        ("2026-11-24T10:00:00Z", "2026-11-24 18:00:00"),
        ("2026-11-24t10:00:00.250z", "2026-11-24 18:00:00"),
        ("2026-11-24 10:00 +01:00", "2026-11-24 17:00:00"),
        ("2026-11-24T10:00-0500", "2026-11-24 23:00:00"),
    ],
)
def test_a_time_of_day_is_a_moment(text, moment):
    period = decode_period(text, TAIPEI, NOW)

    assert format_time(period.start, TAIPEI) == moment
    assert period.end == period.start
    assert not period.is_range


def test_an_instant_keeps_its_fraction():
    period = decode_period("2026-11-24T10:00:00.250Z", TAIPEI, NOW)

    assert period.start == datetime(2026, 11, 24, 10, 0, 0, 250_000, tzinfo=UTC)


def test_a_time_that_clocks_show_twice_is_an_hour_long():
    period = decode_period("2026-11-01 01:30", ZoneInfo("America/New_York"), NOW)

    assert period.end - period.start == timedelta(hours=1)


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-08", 23), ("2026-03-09", 24), ("2026-11-01", 25)]
)
def test_a_day_is_as_long_as_its_clocks_show(day, hours):
    period = decode_period(day, ZoneInfo("America/New_York"), NOW)

    assert period.end - period.start == timedelta(hours=hours)


@given(
    st.sampled_from(["America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "Asia/Taipei"]),
    st.dates(min_value=datetime(1975, 1, 1).date(), max_value=datetime(2037, 1, 1).date()),  # noqa: DTZ001
)
def test_days_follow_each_other_without_a_gap(name, day):
    zone = ZoneInfo(name)

    first = decode_period(day.isoformat(), zone, NOW)
    second = decode_period((day + timedelta(days=1)).isoformat(), zone, NOW)

    assert first.start < first.end == second.start


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "yesterdy",
        "this",
        "last",
        "tomorrow",
        "2x",
        "h",
        "-2h",
        "2h yesterday",
        "todaymorning",
        "2026-11-24T",
        "2026-11-2418:00",
        "2026-02-30",
        "2026-11-24 25:00",
        "2026-11-24 18:00 Asia/Taipei",
        "2026-11-24T18:00:00+99:00",
        "2026/11/24",
        "20261124",
        "0001-01-01",
        "9999-12-31",
        "999999w",
        "1764000000000",
        "２h",  # noqa: RUF001
    ],
)
def test_what_is_no_time_is_an_error_with_examples(text):
    with pytest.raises(UnknownTimeError) as caught:
        decode_period(text, TAIPEI, NOW)

    assert EXAMPLES in str(caught.value)


@given(st.text(max_size=30))
def test_any_text_is_a_time_or_an_error(text):
    try:
        period = decode_period(text, TAIPEI, NOW)
    except UnknownTimeError:
        return

    assert period.start <= period.end
