"""Alarms on a stream that nothing reads, and on a verification that does not run."""

import pytest

from .templates import NEVER, calculate, list_alarms, list_expressions, list_watched_metrics


@pytest.fixture
def alarms(default):
    return list_alarms(default)


def get_period_s(alarm):
    (period,) = {each["MetricStat"]["Period"] for each in alarm["Metrics"] if "MetricStat" in each}
    return period


@pytest.mark.parametrize(
    ("written", "invocations", "goes_off"),
    [
        pytest.param(40, None, True, id="the mapping is off"),
        pytest.param(40, NEVER, True, id="the mapping was never on"),
        pytest.param(40, 0, True, id="invocations are zero"),
        pytest.param(40, 2, False, id="the stream is read"),
        pytest.param(None, None, False, id="nothing is written"),
        pytest.param(NEVER, NEVER, False, id="nothing was ever written"),
        pytest.param(0, None, False, id="no units are consumed"),
    ],
)
def test_writes_that_nothing_reads_set_off_an_alarm(alarms, written, invocations, goes_off):
    alarm = alarms["stream-unread"]
    (expression,) = list_expressions(alarm)

    unread = calculate(expression, written=written, invocations=invocations)

    assert (unread >= alarm["Threshold"]) is goes_off


def test_the_alarm_on_unread_writes_watches_the_command_table_and_the_processor(default, alarms):
    invocations, written = list_watched_metrics(alarms["stream-unread"])
    processor = default.find_id("Lambda::Function", FunctionName="Processor")

    assert invocations == {
        "Namespace": "AWS/Lambda",
        "MetricName": "Invocations",
        "Dimensions": {"FunctionName": f"${{{processor}}}"},
    }
    assert written == {
        "Namespace": "AWS/DynamoDB",
        "MetricName": "ConsumedWriteCapacityUnits",
        "Dimensions": {"TableName": "command-records"},
    }


def test_a_write_that_is_read_in_the_next_period_sets_off_no_alarm(alarms):
    alarm = alarms["stream-unread"]

    assert alarm["EvaluationPeriods"] == alarm["DatapointsToAlarm"] == 2


def test_unread_writes_are_noticed_long_before_the_stream_forgets_them(alarms):
    alarm = alarms["stream-unread"]
    stream_retention_s = 24 * 3600

    assert get_period_s(alarm) * alarm["EvaluationPeriods"] <= stream_retention_s / 12


@pytest.mark.parametrize(
    ("reports", "goes_off"), [(None, True), (NEVER, True), (0, True), (1, False)]
)
def test_a_verification_that_reports_nothing_sets_off_an_alarm(alarms, reports, goes_off):
    alarm = alarms["verify-missing"]
    (expression,) = list_expressions(alarm)

    assert (calculate(expression, reports=reports) >= alarm["Threshold"]) is goes_off


def test_verify_is_missing_after_three_hours_also_without_any_data(alarms):
    alarm = alarms["verify-missing"]

    assert get_period_s(alarm) == 3600
    assert alarm["EvaluationPeriods"] == alarm["DatapointsToAlarm"] == 3
    assert alarm["TreatMissingData"] == "breaching"


def test_the_alarm_on_a_missing_verification_counts_its_results(alarms):
    (query,) = (each for each in alarms["verify-missing"]["Metrics"] if "MetricStat" in each)
    (watched,) = list_watched_metrics(alarms["verify-missing"])

    assert query["MetricStat"]["Stat"] == "SampleCount"
    assert watched == {
        "Namespace": "NotificationQueryService",
        "MetricName": "Differences",
        "Dimensions": {"service": "stream-processor"},
    }
