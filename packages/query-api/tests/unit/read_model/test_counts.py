from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notification_models import encode_notification_key
from query_api.read_model.counts import (
    MAX_GROUPS,
    MAX_KEPT_CHARACTERS,
    MAX_KEPT_GROUPS,
    STEP_DIGITS,
    Tally,
    create_time_labels,
    find_time_zone,
)
from query_api.read_model.port import UnreadableRow

UNREADABLE = UnreadableRow("status", "is not an attribute value")


def label(unit, time, zone):
    key = encode_notification_key(int(time.timestamp() * 1000), "tx")
    return create_time_labels(ZoneInfo(zone))[unit][key[:STEP_DIGITS]]


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("unit", "zone", "expected"),
    [
        ("minute", "UTC", "2026-11-24T16:29+00:00"),
        ("hour", "UTC", "2026-11-24T16:00+00:00"),
        ("day", "UTC", "2026-11-24"),
        ("minute", "Asia/Taipei", "2026-11-25T00:29+08:00"),
        ("hour", "Asia/Taipei", "2026-11-25T00:00+08:00"),
        ("day", "Asia/Taipei", "2026-11-25"),
        ("hour", "Asia/Kathmandu", "2026-11-24T22:00+05:45"),
        ("day", "America/New_York", "2026-11-24"),
    ],
)
def test_a_time_is_labelled_in_its_zone(unit, zone, expected):
    assert label(unit, utc(2026, 11, 24, 16, 29, 59), zone) == expected


def test_the_two_hours_at_the_end_of_summer_time_differ():
    first = label("hour", utc(2026, 11, 1, 5, 30), "America/New_York")
    second = label("hour", utc(2026, 11, 1, 6, 30), "America/New_York")

    assert (first, second) == ("2026-11-01T01:00-04:00", "2026-11-01T01:00-05:00")


def test_an_hour_has_the_offset_of_its_rows_where_the_change_is_half_an_hour():
    before = label("hour", utc(2026, 4, 4, 14, 45), "Australia/Lord_Howe")
    after = label("hour", utc(2026, 4, 4, 15, 15), "Australia/Lord_Howe")

    assert (before, after) == ("2026-04-05T01:00+11:00", "2026-04-05T01:00+10:30")


def test_only_the_latest_labels_are_kept():
    labels = create_time_labels(ZoneInfo("UTC"))["minute"]

    for step in range(176_000_000, 176_000_000 + 10_000):
        labels[str(step)]

    assert 0 < len(labels) <= 4096


@pytest.mark.parametrize("name", ["Asia/Taipei", "UTC", "Etc/GMT+8", "America/Argentina/Salta"])
def test_a_time_zone_is_found_by_its_iana_name(name):
    zone = find_time_zone(name)

    assert zone is not None
    assert zone.key == name


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "Asia", "../UTC", "/etc/passwd", "UTC\0", "x" * 5000, "\ud800"]
)
def test_a_text_that_is_no_time_zone_is_not_found(name):
    assert find_time_zone(name) is None


KEYS = st.lists(
    st.builds(encode_notification_key, st.integers(0, 10**13 - 1), st.just("tx")), max_size=30
).map(lambda keys: sorted(keys, reverse=True))


@given(pages=st.lists(KEYS, max_size=4))
def test_the_groups_are_counted_over_all_pages_the_largest_first(pages):
    tally = Tally()
    for keys in pages:
        tally.add(keys, [(key[0],) for key in keys])

    counts = tally.build_counts(None, reads=len(pages))

    every = [key for keys in pages for key in keys]
    expected = Counter((key[0],) for key in every)
    assert list(counts.groups) == sorted(expected.items(), key=lambda each: (-each[1], each[0]))
    assert counts.counted == len(every)
    times = [int(key[:13]) for key in every]
    assert counts.first_created_at == min(times, default=None)
    assert counts.last_created_at == max(times, default=None)


def test_a_group_without_a_value_comes_before_those_with_one_of_the_same_size():
    tally = Tally()
    tally.add(["0000000000002#b", "0000000000001#a"], [("IOS",), (None,)])

    assert tally.build_counts(None, 1).groups == (((None,), 1), (("IOS",), 1))


def add_groups(tally, texts, times=1):
    for _ in range(times):
        tally.add(["0000000000001#a"] * len(texts), [(text,) for text in texts])


def test_the_largest_groups_are_returned_and_the_others_are_one():
    tally = Tally()
    add_groups(tally, [f"once {number:05d}" for number in range(MAX_GROUPS)])
    add_groups(tally, ["twice"], times=2)

    counts = tally.build_counts(None, 1)

    assert len(counts.groups) == MAX_GROUPS
    assert counts.groups[0] == (("twice",), 2)
    assert counts.other == 1
    assert counts.counted == MAX_GROUPS + 2


def test_a_large_group_is_returned_although_a_thousand_others_came_before_it():
    tally = Tally()
    add_groups(tally, [f"early {number:05d}" for number in range(2 * MAX_GROUPS)])
    add_groups(tally, ["late"], times=50)

    assert tally.build_counts(None, 1).groups[0] == (("late",), 50)


def test_groups_beyond_the_bound_are_counted_together_and_the_others_exactly():
    tally = Tally()
    texts = [f"{number:05d}" for number in range(MAX_KEPT_GROUPS + 100)]
    add_groups(tally, texts, times=2)

    counts = tally.build_counts(None, 1)

    assert {count for _, count in counts.groups} == {2}
    assert counts.other == 2 * (len(texts) - MAX_GROUPS)
    assert counts.counted == 2 * len(texts)


def test_the_texts_of_the_groups_are_bounded_too():
    tally = Tally()
    long = [f"{number:05d}" + "x" * 4000 for number in range(1000)]
    add_groups(tally, long)
    add_groups(tally, ["short"], times=3)
    add_groups(tally, long[:1])

    counts = tally.build_counts(None, 1)

    assert sum(len(text) for (text,), _ in counts.groups) <= MAX_KEPT_CHARACTERS
    assert counts.groups[:2] == ((("short",), 3), ((long[0],), 2))
    assert counts.counted == 1004


def test_unreadable_rows_are_counted_by_their_faults_and_no_others():
    tally = Tally()
    tally.add_unreadable([UNREADABLE, UNREADABLE])

    counts = tally.build_counts("0000000000001#a", 1)

    assert counts.unreadable == ((UNREADABLE, 2),)
    assert (counts.counted, counts.groups, counts.first_created_at) == (0, (), None)
