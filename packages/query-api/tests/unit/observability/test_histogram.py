from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from query_api.observability.histogram import Histogram

DURATIONS = st.lists(st.floats(0.1, 60_000), min_size=1, max_size=300)


def fill(durations):
    histogram = Histogram()
    for duration in durations:
        histogram.add(duration)
    return histogram.encode()


def find_percentile(counted, percent):
    """Read a percentile as CloudWatch does: from values and how often each occurred."""
    values = [
        value
        for value, count in zip(counted["Values"], counted["Counts"], strict=True)
        for _ in range(count)
    ]
    return values[ceil(len(values) * percent / 100) - 1]


@given(DURATIONS, st.integers(1, 100))
def test_a_percentile_is_off_by_8_percent_at_most(durations, percent):
    exact = sorted(durations)[ceil(len(durations) * percent / 100) - 1]

    assert find_percentile(fill(durations), percent) == pytest.approx(exact, rel=0.08, abs=0.001)


@given(DURATIONS)
def test_sums_and_bounds_are_exact(durations):
    counted = fill(durations)

    assert counted["Count"] == sum(counted["Counts"]) == len(durations)
    assert counted["Sum"] == pytest.approx(sum(durations), abs=0.001)
    assert counted["Min"] == pytest.approx(min(durations), abs=0.001)
    assert counted["Max"] == pytest.approx(max(durations), abs=0.001)


def test_it_never_has_more_values_than_cloudwatch_accepts():
    every_size = [0.0, *(0.01 * 1.01**power for power in range(2000))]

    assert len(fill(every_size)["Values"]) == 97
