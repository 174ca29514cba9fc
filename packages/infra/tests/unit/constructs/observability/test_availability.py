"""Alarms on an availability of 99.9 percent."""

from datetime import timedelta

import pytest

from .templates import PREFIX, calculate, list_alarms, list_expressions, list_watched_metrics

BURNS = [
    pytest.param("availability-1h", 14.4, timedelta(hours=1), timedelta(minutes=5), id="1 h"),
    pytest.param("availability-6h", 6, timedelta(hours=6), timedelta(minutes=30), id="6 h"),
]
WINDOWS = [f"availability-{hours}h-{window}" for hours in (1, 6) for window in ("long", "short")]


@pytest.fixture
def alarms(default):
    return list_alarms(default)


def get_period(alarm):
    (period_s,) = {
        each["MetricStat"]["Period"] for each in alarm["Metrics"] if "MetricStat" in each
    }
    return timedelta(seconds=period_s)


@pytest.mark.parametrize(("name", "rate", "long", "short"), BURNS)
def test_a_burn_rate_must_be_reached_over_a_long_and_a_short_window(
    default, alarms, name, rate, long, short
):
    composite = default.find_named("CloudWatch::CompositeAlarm", AlarmName=f"{PREFIX}{name}")
    ids = [
        default.find_id("CloudWatch::Alarm", AlarmName=f"{PREFIX}{name}-{window}")
        for window in ("long", "short")
    ]
    parts = [alarms[f"{name}-{window}"] for window in ("long", "short")]

    assert composite["AlarmRule"] == " AND ".join(f'ALARM("${{{each}.Arn}}")' for each in ids).join(
        "()"
    )
    assert [get_period(each) for each in parts] == [long, short]
    assert {each["Threshold"] for each in parts} == {rate}
    assert {each["EvaluationPeriods"] for each in parts} == {1}


@pytest.mark.parametrize(
    ("name", "failures", "requests", "goes_off"),
    [
        pytest.param("availability-1h-long", 144, 10_000, True, id="14.4 times, an hour"),
        pytest.param("availability-1h-long", 143, 10_000, False, id="less, an hour"),
        pytest.param("availability-1h-long", 10, 10, True, id="all of ten fail"),
        pytest.param("availability-1h-long", 9, 9, False, id="too few failures"),
        pytest.param("availability-1h-short", 1, 69, True, id="14.4 times, 5 minutes"),
        pytest.param("availability-1h-short", 1, 70, False, id="less, 5 minutes"),
        pytest.param("availability-1h-short", 0, 69, False, id="no failure"),
        pytest.param("availability-6h-long", 60, 10_000, True, id="6 times, 6 hours"),
        pytest.param("availability-6h-long", 59, 10_000, False, id="less, 6 hours"),
        pytest.param("availability-6h-short", 1, 166, True, id="6 times, 30 minutes"),
        pytest.param("availability-6h-short", 1, 167, False, id="less, 30 minutes"),
    ],
)
def test_a_window_goes_off_at_its_burn_rate(alarms, name, failures, requests, goes_off):
    alarm = alarms[name]
    (expression,) = list_expressions(alarm)

    rate = calculate(expression, failures=failures, requests=requests)

    # The share of failures is a decimal fraction, which a float is not.
    assert (rate + 1e-9 >= alarm["Threshold"]) is goes_off


@pytest.mark.parametrize("name", WINDOWS)
def test_a_window_counts_what_callers_of_the_api_get(alarms, name):
    failures, requests = list_watched_metrics(alarms[name])

    assert failures["MetricName"] == "5XXError"
    assert requests["MetricName"] == "Count"
    for each in (failures, requests):
        assert each["Namespace"] == "AWS/ApiGateway"
        assert set(each["Dimensions"]) == {"ApiName", "Stage"}


@pytest.mark.parametrize("name", WINDOWS)
def test_a_window_without_requests_is_no_failure(alarms, name):
    assert alarms[name]["TreatMissingData"] == "notBreaching"


@pytest.mark.parametrize("name", WINDOWS)
def test_a_window_is_as_long_as_cloudwatch_allows(alarms, name):
    alarm = alarms[name]
    period = get_period(alarm)
    longest = timedelta(days=1) if period < timedelta(hours=1) else timedelta(days=7)

    assert period * alarm["EvaluationPeriods"] <= longest


def test_only_the_combination_of_both_windows_notifies(default, alarms):
    (topic,) = default.find("SNS::Topic")
    composites = default.find("CloudWatch::CompositeAlarm")

    assert len(composites) == len(BURNS)
    for each in composites.values():
        assert each["AlarmActions"] == each["OKActions"] == [f"${{{topic}}}"]
        assert each["AlarmDescription"].startswith("Page: ")
    for name in WINDOWS:
        assert not {"AlarmActions", "OKActions"} & set(alarms[name])
