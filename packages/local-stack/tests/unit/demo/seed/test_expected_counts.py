from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_stack.demo.seed.expected_counts import count_notifications
from local_stack.demo.seed.generator import generate, generate_one

from .plans import make_plan, plans

ATTRIBUTES = ["status", "platform", "ap_id", "error_msg", "minute", "hour", "day"]
RECORD = replace(
    generate_one(make_plan(), 0).sent, ap_id="mobile-app-001", created_at=1_795_545_059_999
)


@pytest.mark.parametrize(
    ("time_zone", "minute", "hour", "day"),
    [
        ("UTC", "2026-11-24T18:30+00:00", "2026-11-24T18:00+00:00", "2026-11-24"),
        ("Asia/Taipei", "2026-11-25T02:30+08:00", "2026-11-25T02:00+08:00", "2026-11-25"),
        ("Asia/Kolkata", "2026-11-25T00:00+05:30", "2026-11-25T00:00+05:30", "2026-11-25"),
        ("America/New_York", "2026-11-24T13:30-05:00", "2026-11-24T13:00-05:00", "2026-11-24"),
    ],
)
def test_minutes_hours_and_days_are_those_of_the_time_zone(time_zone, minute, hour, day):
    counts = count_notifications([RECORD], ["minute", "hour", "day", "ap_id"], time_zone)

    assert counts == {(minute, hour, day, "mobile-app-001"): 1}


def test_without_attributes_all_are_one_group():
    assert count_notifications([RECORD, RECORD], []) == {(): 2}


def test_an_attribute_that_cannot_be_counted_by_is_an_error():
    with pytest.raises(KeyError):
        count_notifications([RECORD], ["user_id"])


@given(plans(), st.lists(st.sampled_from(ATTRIBUTES), max_size=4, unique=True), st.data())
def test_counts_of_parts_add_up_to_those_of_the_whole(plan, by, data):
    records = [each.last for each in generate(plan)]
    middle = data.draw(st.integers(0, len(records)))

    whole = count_notifications(records, by, "Asia/Taipei")

    first, second = records[:middle], records[middle:]
    parts = [count_notifications(part, by, "Asia/Taipei") for part in (first, second)]
    assert parts[0] + parts[1] == whole
    assert whole.total() == plan.records
