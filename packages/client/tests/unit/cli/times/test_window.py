from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from notification_client.cli.times.window import EmptyWindowError, create_window

TAIPEI = ZoneInfo("Asia/Taipei")
NOW = datetime(2026, 11, 24, 10, 30, tzinfo=TAIPEI)


@pytest.mark.parametrize(
    ("since", "until", "described"),
    [
        (None, None, "at any time"),
        ("2h", None, "since 2026-11-24 08:30:00 (Asia/Taipei)"),
        ("yesterday 18:00", None, "since 2026-11-23 18:00:00 (Asia/Taipei)"),
        ("yesterday", None, "from 2026-11-23 00:00:00 to 2026-11-24 00:00:00 (Asia/Taipei)"),
        ("yesterday", "now", "from 2026-11-23 00:00:00 to 2026-11-24 10:30:00 (Asia/Taipei)"),
        ("yesterday", "today", "from 2026-11-23 00:00:00 to 2026-11-25 00:00:00 (Asia/Taipei)"),
        ("yesterday", "yesterday", "from 2026-11-23 00:00:00 to 2026-11-24 00:00:00 (Asia/Taipei)"),
        (None, "yesterday", "before 2026-11-24 00:00:00 (Asia/Taipei)"),
    ],
)
def test_a_range_gives_both_ends_unless_the_other_is_given(since, until, described):
    assert str(create_window(since, until, TAIPEI, NOW)) == described


@pytest.mark.parametrize(
    ("until", "described"),
    [
        (None, "since 2026-11-23 10:30:00 (Asia/Taipei)"),
        ("yesterday", "from 2026-11-23 00:00:00 to 2026-11-24 00:00:00 (Asia/Taipei)"),
    ],
)
def test_a_default_length_ends_now_or_at_the_given_end(until, described):
    window = create_window(None, until, TAIPEI, NOW, default=timedelta(days=1))

    assert str(window) == described


@pytest.mark.parametrize(
    ("since", "until", "reason"),
    [
        ("today", "yesterday", "ends before it begins: from 2026-11-24 00:00:00 to 2026-11-24"),
        ("1h", "2h", "ends before it begins"),
        ("this evening", None, "2026-11-24 18:00:00 is in the future"),
        ("1970-01-02", None, "1970-01-02 00:00:00 is before any notification"),
        (None, "1970-01-02", "is before any notification"),
    ],
)
def test_a_window_without_any_notification_is_an_error(since, until, reason):
    with pytest.raises(EmptyWindowError, match=reason):
        create_window(since, until, TAIPEI, NOW)


def test_a_day_that_a_zone_skipped_has_no_window():
    with pytest.raises(EmptyWindowError, match="ends before it begins"):
        create_window("2011-12-30", None, ZoneInfo("Pacific/Apia"), NOW)
