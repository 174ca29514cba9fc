from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notification_client.cli.times.zones import (
    UnknownZoneError,
    find_machine_zone,
    format_time,
    load_zone,
    to_first_instant,
    to_last_instant,
)

NEW_YORK = ZoneInfo("America/New_York")
# Clocks change by an hour, by half an hour, at midnight, and by a whole day.
ZONES = [
    ZoneInfo(name)
    for name in (
        "America/New_York",
        "Asia/Taipei",
        "Australia/Lord_Howe",
        "America/Sao_Paulo",
        "America/Havana",
        "Asia/Beirut",
        "Pacific/Apia",
        "UTC",
    )
]
zones = st.sampled_from(ZONES)
walls = st.datetimes(min_value=datetime(1975, 1, 1), max_value=datetime(2037, 1, 1))  # noqa: DTZ001


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@given(zones, walls, st.timedeltas(min_value=timedelta(), max_value=timedelta(days=2)))
def test_a_later_wall_time_is_never_an_earlier_instant(zone, wall, step):
    later = wall + step

    assert to_first_instant(wall, zone) <= to_first_instant(later, zone)
    assert to_last_instant(wall, zone) <= to_last_instant(later, zone)
    assert to_first_instant(wall, zone) <= to_last_instant(wall, zone)


@given(zones, walls)
def test_clocks_show_the_wall_time_or_skip_it(zone, wall):
    instant = to_first_instant(wall, zone)

    shown = instant.astimezone(zone).replace(tzinfo=None)
    before = (instant - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None)
    assert shown == wall or before < wall < shown


@pytest.mark.parametrize(
    ("day", "hours"),
    [(datetime(2026, 3, 8), 23), (datetime(2026, 3, 9), 24), (datetime(2026, 11, 1), 25)],  # noqa: DTZ001
)
def test_a_day_of_a_clock_change_has_23_or_25_hours(day, hours):
    start = to_first_instant(day, NEW_YORK)
    end = to_first_instant(day + timedelta(days=1), NEW_YORK)

    assert end - start == timedelta(hours=hours)


def test_a_skipped_time_is_the_instant_of_the_change():
    skipped = datetime(2026, 3, 8, 2, 30)  # noqa: DTZ001

    assert to_first_instant(skipped, NEW_YORK) == utc(2026, 3, 8, 7)
    assert to_last_instant(skipped, NEW_YORK) == utc(2026, 3, 8, 7)


def test_a_day_can_begin_after_midnight():
    skipped_midnight = datetime(2018, 11, 4)  # noqa: DTZ001

    start = to_first_instant(skipped_midnight, ZoneInfo("America/Sao_Paulo"))

    assert format_time(start, ZoneInfo("America/Sao_Paulo")) == "2018-11-04 01:00:00"


def test_a_time_that_is_shown_twice_is_two_instants():
    repeated = datetime(2026, 11, 1, 1, 30)  # noqa: DTZ001

    assert to_first_instant(repeated, NEW_YORK) == utc(2026, 11, 1, 5, 30)
    assert to_last_instant(repeated, NEW_YORK) == utc(2026, 11, 1, 6, 30)


def test_only_a_time_that_is_shown_twice_has_its_offset():
    assert format_time(utc(2026, 11, 1, 4, 30), NEW_YORK) == "2026-11-01 00:30:00"
    assert format_time(utc(2026, 11, 1, 5, 30), NEW_YORK) == "2026-11-01 01:30:00-04:00"
    assert format_time(utc(2026, 11, 1, 6, 30), NEW_YORK) == "2026-11-01 01:30:00-05:00"


@pytest.mark.parametrize("name", ["Asia/Nowhere", "", "Asia", "../../etc/passwd", "x" * 300, "a\0"])
def test_a_name_of_no_zone_is_an_error(name):
    with pytest.raises(UnknownZoneError):
        load_zone(name)


@pytest.mark.parametrize("value", ["Asia/Taipei", ":Asia/Taipei"])
def test_tz_names_the_machines_zone(tmp_path, value):
    zone = find_machine_zone({"TZ": value}, tmp_path / "localtime")

    assert zone == ZoneInfo("Asia/Taipei")


def test_the_link_localtime_names_the_machines_zone(tmp_path):
    link = tmp_path / "localtime"
    link.symlink_to("../usr/share/zoneinfo/Europe/Berlin")

    assert find_machine_zone({}, link) == ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("environment", [{}, {"TZ": "CST-8"}, {"TZ": "/etc/zone"}])
def test_a_machine_without_a_named_zone_has_none(tmp_path, environment):
    assert find_machine_zone(environment, tmp_path / "localtime") is None
