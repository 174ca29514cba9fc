"""Alarms, where they go, and the dashboard."""

import json
import re
from pathlib import Path

import pytest

RUNBOOK = Path(__file__).parents[6] / "docs" / "runbook.md"
PREFIX = "query-service-"


def list_alarms(deployed):
    return {
        each["AlarmName"].removeprefix(PREFIX): each
        for each in deployed.find("CloudWatch::Alarm").values()
    }


def list_expressions(alarm):
    return [each["Expression"] for each in alarm["Metrics"] if "Expression" in each]


def list_watched_metrics(alarm):
    return [
        each["MetricStat"]["Metric"]
        | {
            "Dimensions": {
                d["Name"]: d["Value"] for d in each["MetricStat"]["Metric"]["Dimensions"]
            }
        }
        for each in alarm["Metrics"]
        if "MetricStat" in each
    ]


def is_publish_statement(statement):
    return statement["Action"] == "sns:Publish" and statement["Effect"] == "Allow"


@pytest.fixture
def alarms(default):
    return list_alarms(default)


def test_every_expected_alarm_exists(alarms):
    assert set(alarms) == {
        "stream-age",
        "processor-errors",
        "processor-throttles",
        "quarantine",
        "stream-failures",
        "stream-failures-lost",
        "read-model-differences",
        "verify-errors",
        "unreadable-rows",
        "service-5xx",
        "load-balancer-5xx",
        "api-5xx",
        "service-latency",
        "api-latency",
        "unhealthy-targets",
        "tasks-missing",
        "cpu",
        "memory",
        "command-records-read-throttles",
        "command-records-write-throttles",
        "notification-records-read-throttles",
        "notification-records-write-throttles",
    }


def test_the_query_lambda_has_its_own_alarms(special):
    assert {"query-function-errors", "query-function-throttles"} < set(list_alarms(special))


def test_every_alarm_notifies_the_topic_of_alarm_and_ok(either):
    (topic,) = either.find("SNS::Topic")

    alarms = list_alarms(either)
    assert alarms
    for alarm in alarms.values():
        assert alarm["AlarmActions"] == [f"${{{topic}}}"]
        assert alarm["OKActions"] == [f"${{{topic}}}"]


def test_every_alarm_has_a_meaning_and_a_link_to_the_runbook(either):
    alarms = list_alarms(either)
    assert alarms
    for name, alarm in alarms.items():
        assert re.fullmatch(
            rf"[A-Z].*\. docs/runbook\.md#{PREFIX}{name}", alarm["AlarmDescription"]
        )


def test_every_alarm_has_a_section_in_the_runbook(either):
    sections = re.findall(rf"^### `{PREFIX}([a-z0-9-]+)`$", RUNBOOK.read_text(), re.MULTILINE)

    assert set(list_alarms(either)) <= set(sections)


def test_the_runbook_has_no_section_of_an_alarm_that_does_not_exist(special):
    sections = re.findall(rf"^### `{PREFIX}([a-z0-9-]+)`$", RUNBOOK.read_text(), re.MULTILINE)

    assert set(sections) <= set(list_alarms(special))


def test_a_section_of_the_runbook_has_commands_then_meaning_check_and_fix():
    sections = re.split(rf"^### `{PREFIX}[a-z0-9-]+`$", RUNBOOK.read_text(), flags=re.MULTILINE)
    block = r"\n+```sh\n(?:aws|for|metric) [^`]+```\n+"

    assert len(sections) > 1
    for section in sections[1:]:
        assert re.match(
            rf"{block}\*Meaning\.\* .+?\*Check first\.\* .+?\*Fix\.\*", section, re.DOTALL
        )


def test_the_commands_of_the_runbook_can_be_pasted():
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```", RUNBOOK.read_text(), re.MULTILINE | re.DOTALL)

    assert blocks
    for block in blocks:
        assert not re.search(r"…|<[A-Za-z]", block)


@pytest.mark.parametrize(
    ("name", "metric", "statistic", "threshold"),
    [
        ("stream-age", "IteratorAge", "Maximum", 60_000),
        ("processor-errors", "Errors", "Sum", 1),
        ("processor-throttles", "Throttles", "Sum", 1),
        ("quarantine", "ApproximateNumberOfMessagesVisible", "Maximum", 1),
        ("stream-failures", "OnFailureDestinationDeliveredEventCount", "Sum", 1),
        ("stream-failures-lost", "DestinationDeliveryFailures", "Sum", 1),
        ("read-model-differences", "Differences", "Maximum", 1),
        ("verify-errors", "Errors", "Sum", 1),
        ("unreadable-rows", "UnreadableRows", "Sum", 1),
        ("service-5xx", "HTTPCode_Target_5XX_Count", "Sum", 5),
        ("load-balancer-5xx", "HTTPCode_ELB_5XX_Count", "Sum", 5),
        ("api-5xx", "5XXError", "Sum", 5),
        ("unhealthy-targets", "UnHealthyHostCount", "Maximum", 1),
        ("cpu", "CPUUtilization", "Average", 85),
        ("memory", "MemoryUtilization", "Average", 80),
    ],
)
def test_an_alarm_goes_off_at_its_threshold(alarms, name, metric, statistic, threshold):
    alarm = alarms[name]

    assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    assert (alarm["MetricName"], alarm["Statistic"]) == (metric, statistic)
    assert alarm["Threshold"] == threshold


@pytest.mark.parametrize(
    ("name", "metric", "threshold"),
    [("service-latency", "TargetResponseTime", 0.5), ("api-latency", "Latency", 500)],
)
def test_latency_alarms_watch_the_99th_percentile(alarms, name, metric, threshold):
    alarm = alarms[name]

    assert (alarm["MetricName"], alarm["ExtendedStatistic"]) == (metric, "p99")
    assert alarm["Threshold"] == threshold
    assert alarm["EvaluateLowSampleCountPercentile"] == "ignore"


def test_tasks_missing_compares_desired_and_running_tasks(alarms):
    alarm = alarms["tasks-missing"]
    metrics = {each["MetricName"] for each in list_watched_metrics(alarm)}

    assert list_expressions(alarm) == ["desired - running"]
    assert metrics == {"DesiredTaskCount", "RunningTaskCount"}
    assert alarm["Threshold"] == 1


@pytest.mark.parametrize("kind", ["Read", "Write"])
def test_throttles_of_indexes_count_with_those_of_the_table(alarms, kind):
    alarm = alarms[f"notification-records-{kind.lower()}-throttles"]
    metrics = list_watched_metrics(alarm)

    assert alarm["Threshold"] == 1
    assert {each["MetricName"] for each in metrics} == {f"{kind}ThrottleEvents"}
    assert [each["Dimensions"] for each in metrics] == [
        {"TableName": "notification-records"},
        {"TableName": "notification-records", "GlobalSecondaryIndexName": "marketing_id-index"},
        {"TableName": "notification-records", "GlobalSecondaryIndexName": "transaction_id-index"},
        {"TableName": "notification-records", "GlobalSecondaryIndexName": "failure_shard-index"},
    ]


def test_missing_data_is_an_alarm_where_it_means_no_tasks(alarms):
    bad = {name for name, each in alarms.items() if each["TreatMissingData"] == "breaching"}

    assert bad == {"unhealthy-targets", "tasks-missing"}


def test_missing_data_keeps_the_state_between_runs_of_verify(alarms):
    kept = {name for name, each in alarms.items() if each["TreatMissingData"] == "ignore"}

    assert kept == {"read-model-differences", "verify-errors"}


def test_the_alarm_of_verify_watches_the_metric_that_it_emits(alarms):
    alarm = alarms["read-model-differences"]

    assert alarm["Namespace"] == "NotificationQueryService"
    assert alarm["Dimensions"] == [{"Name": "service", "Value": "stream-processor"}]


def test_the_alarm_on_unreadable_rows_watches_the_metric_that_the_service_emits(alarms):
    alarm = alarms["unreadable-rows"]

    assert alarm["Namespace"] == "NotificationQueryService"
    assert alarm["Dimensions"] == [{"Name": "service", "Value": "query-api"}]


def test_the_topic_is_encrypted_with_a_key_that_cloudwatch_may_use(default):
    (key_id,) = default.find("KMS::Key")
    key = default.get("KMS::Key")
    (statement,) = (
        each
        for each in key["KeyPolicy"]["Statement"]
        if each["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    )

    assert default.get("SNS::Topic")["KmsMasterKeyId"] == f"${{{key_id}.Arn}}"
    assert key["EnableKeyRotation"] is True
    assert set(statement["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey*"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "${AWS::AccountId}"}}


def test_only_alarms_of_this_account_may_publish_over_tls(default):
    statements = default.get("SNS::TopicPolicy")["PolicyDocument"]["Statement"]
    (allow,) = filter(is_publish_statement, statements)
    (deny,) = (each for each in statements if each["Effect"] == "Deny")

    assert allow["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert allow["Condition"] == {"StringEquals": {"aws:SourceAccount": "${AWS::AccountId}"}}
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_alarms_are_mailed_to_the_configured_address(special):
    subscription = special.get("SNS::Subscription")

    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "on-call@example.com")


def test_without_an_address_no_alarm_is_mailed(default):
    assert not default.find("SNS::Subscription")


def test_the_dashboard_has_its_rows_in_order(default):
    dashboard = default.get("CloudWatch::Dashboard")
    widgets = json.loads(dashboard["DashboardBody"])["widgets"]
    rows = sorted({each["y"] for each in widgets})
    first_in_row = [
        next(each for each in widgets if (each["y"], each["x"]) == (row, 0)) for row in rows
    ]

    assert dashboard["DashboardName"] == "query-service"
    assert [each["properties"]["title"].split(":")[0] for each in first_in_row] == [
        "Alarms",
        "Tasks",
        "Requests",
        "Stream",
        "Quarantine and discarded records",
    ]


def test_the_dashboard_shows_every_alarm(either):
    dashboard = json.loads(either.get("CloudWatch::Dashboard")["DashboardBody"])
    shown = {
        arn.removeprefix("${").removesuffix(".Arn}")
        for widget in dashboard["widgets"]
        for arn in widget["properties"].get("alarms", [])
    }

    assert shown == set(either.find("CloudWatch::Alarm"))
