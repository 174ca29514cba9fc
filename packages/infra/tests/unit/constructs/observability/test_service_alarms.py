"""Alarms on responses: their metric math, and from which number of requests on they work."""

import pytest

from .templates import calculate, list_alarms, list_expressions, list_watched_metrics

LATENCY_ALARMS = [("service-latency", "TargetResponseTime", 0.5), ("api-latency", "Latency", 500)]


@pytest.fixture
def alarms(default):
    return list_alarms(default)


@pytest.mark.parametrize(("name", "metric", "threshold"), LATENCY_ALARMS)
def test_a_latency_alarm_watches_the_99th_percentile(alarms, name, metric, threshold):
    alarm = alarms[name]
    statistics = {each["MetricStat"]["Stat"] for each in alarm["Metrics"] if "MetricStat" in each}

    assert {each["MetricName"] for each in list_watched_metrics(alarm)} == {metric}
    assert statistics == {"p99", "SampleCount"}
    assert alarm["Threshold"] == threshold


@pytest.mark.parametrize("name", [each[0] for each in LATENCY_ALARMS])
@pytest.mark.parametrize(
    ("requests", "is_slow"),
    [pytest.param(10, True, id="ten requests"), pytest.param(9, False, id="too few requests")],
)
def test_a_latency_alarm_works_from_ten_requests_a_minute(alarms, name, requests, is_slow):
    alarm = alarms[name]
    (expression,) = list_expressions(alarm)

    value = calculate(expression, requests=requests, p99=alarm["Threshold"])

    assert (value >= alarm["Threshold"]) is is_slow
    assert "EvaluateLowSampleCountPercentile" not in alarm


@pytest.mark.parametrize("name", [each[0] for each in LATENCY_ALARMS])
def test_a_latency_alarm_needs_three_slow_minutes_of_five(alarms, name):
    alarm = alarms[name]
    periods = {each["MetricStat"]["Period"] for each in alarm["Metrics"] if "MetricStat" in each}

    assert periods == {60}
    assert (alarm["EvaluationPeriods"], alarm["DatapointsToAlarm"]) == (5, 3)


def test_slow_responses_roll_a_deployment_back(default):
    rollback = default.get("ECS::Service")["DeploymentConfiguration"]["Alarms"]
    latency = default.find_id("CloudWatch::Alarm", AlarmName="query-service-service-latency")

    assert rollback["Enable"] is rollback["Rollback"] is True
    assert f"${{{latency}}}" in rollback["AlarmNames"]


@pytest.mark.parametrize(
    ("rejected", "passed", "goes_off"),
    [
        pytest.param(20, 0, True, id="it rejects all"),
        pytest.param(20, 180, True, id="it rejects a tenth"),
        pytest.param(20, 181, False, id="it rejects less"),
        pytest.param(19, 0, False, id="too few requests"),
    ],
)
def test_requests_that_the_load_balancer_rejects_set_off_an_alarm(
    alarms, rejected, passed, goes_off
):
    alarm = alarms["load-balancer-4xx"]
    (expression,) = list_expressions(alarm)

    percent = calculate(expression, rejected=rejected, passed=passed)

    assert (percent >= alarm["Threshold"]) is goes_off
    assert [each["MetricName"] for each in list_watched_metrics(alarm)] == [
        "HTTPCode_ELB_4XX_Count",
        "RequestCount",
    ]


@pytest.mark.parametrize(
    ("rejected", "requests", "goes_off"),
    [
        pytest.param(20, 20, True, id="it rejects all"),
        pytest.param(20, 80, True, id="it rejects a quarter"),
        pytest.param(20, 81, False, id="it rejects less"),
        pytest.param(19, 19, False, id="too few requests"),
    ],
)
def test_requests_that_the_api_rejects_set_off_an_alarm(alarms, rejected, requests, goes_off):
    alarm = alarms["api-4xx"]
    (expression,) = list_expressions(alarm)

    percent = calculate(expression, rejected=rejected, requests=requests)

    assert (percent >= alarm["Threshold"]) is goes_off
    assert [each["MetricName"] for each in list_watched_metrics(alarm)] == ["4XXError", "Count"]


@pytest.mark.parametrize(("name", "datapoints"), [("load-balancer-4xx", 2), ("api-4xx", 3)])
def test_a_burst_of_rejected_requests_sets_off_no_alarm(alarms, name, datapoints):
    alarm = alarms[name]
    periods = {each["MetricStat"]["Period"] for each in alarm["Metrics"] if "MetricStat" in each}

    assert periods == {300}
    assert (alarm["EvaluationPeriods"], alarm["DatapointsToAlarm"]) == (3, datapoints)


def test_what_one_caller_can_cause_is_no_page(alarms):
    assert alarms["api-4xx"]["AlarmDescription"].startswith("Ticket: ")
    assert alarms["load-balancer-4xx"]["AlarmDescription"].startswith("Page: ")
