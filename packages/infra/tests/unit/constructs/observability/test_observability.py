"""Alarms, and where they go."""

import json
import re
from pathlib import Path

import pytest

from notification_models.schema import NOTIFICATION_RECORDS

from .templates import (
    LINKED_SECTION,
    NEVER,
    PREFIX,
    WATCHED_APS,
    calculate,
    find_section,
    list_alarms,
    list_expressions,
    list_linked_sections,
    list_watched_metrics,
)

RUNBOOK = Path(__file__).parents[6] / "docs" / "runbook.md"
ALARMS_OF_APS = [f"failed-notifications-of-{ap_id}" for ap_id in WATCHED_APS]
STATUSES = ["SENT", "DELIVERED", "FAILED"]


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
        "stream-unread",
        "verify-missing",
        "quarantine",
        "stream-failures",
        "stream-failures-lost",
        "read-model-differences",
        "verify-errors",
        "unreadable-rows",
        "service-5xx",
        "load-balancer-5xx",
        "availability-1h-long",
        "availability-1h-short",
        "availability-6h-long",
        "availability-6h-short",
        "load-balancer-4xx",
        "api-5xx",
        "api-4xx",
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
        "failed-notifications",
    }


def test_the_query_lambda_has_its_own_alarms(special):
    assert {"query-function-errors", "query-function-throttles"} < set(list_alarms(special))


def test_every_alarm_that_is_no_part_of_another_notifies_the_topic_of_alarm_and_ok(either):
    (topic,) = either.find("SNS::Topic")
    rules = [each["AlarmRule"] for each in either.find("CloudWatch::CompositeAlarm").values()]

    alarms = [
        *either.find("CloudWatch::CompositeAlarm").values(),
        *(
            each
            for name, each in either.find("CloudWatch::Alarm").items()
            if not any(f"${{{name}.Arn}}" in rule for rule in rules)
        ),
    ]
    assert len(alarms) > len(rules) > 0
    for alarm in alarms:
        assert alarm["AlarmActions"] == [f"${{{topic}}}"]
        assert alarm["OKActions"] == [f"${{{topic}}}"]


def test_every_alarm_has_a_meaning_and_a_link_to_the_runbook(either):
    alarms = list_alarms(either)
    assert alarms
    for alarm in alarms.values():
        assert LINKED_SECTION.fullmatch(alarm["AlarmDescription"])


def test_only_alarms_of_aps_and_parts_of_alarms_share_a_section_of_the_runbook(special):
    linked = {name: find_section(alarm) for name, alarm in list_alarms(special).items()}

    shared = {name: section for name, section in linked.items() if name != section}
    assert shared == dict.fromkeys(ALARMS_OF_APS, "failed-notifications-of-an-ap") | {
        f"{section}-{window}": section
        for section in ("availability-1h", "availability-6h")
        for window in ("long", "short")
    }


def test_every_alarm_and_failed_deployment_has_a_section_in_the_runbook(either):
    sections = re.findall(rf"^### `{PREFIX}([a-z0-9-]+)`$", RUNBOOK.read_text(), re.MULTILINE)

    assert list_linked_sections(either) <= set(sections)


def test_the_runbook_has_no_section_of_an_alarm_that_does_not_exist(special):
    sections = re.findall(rf"^### `{PREFIX}([a-z0-9-]+)`$", RUNBOOK.read_text(), re.MULTILINE)

    assert set(sections) <= list_linked_sections(special)


def test_a_section_of_the_runbook_has_commands_then_meaning_check_and_fix():
    sections = re.split(rf"^### `{PREFIX}[a-z0-9-]+`$", RUNBOOK.read_text(), flags=re.MULTILINE)
    block = r"\n+```sh\n(?:aws|signed_curl|for|metric) [^`]+```\n+"

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


def test_the_runbook_lists_every_index_of_the_read_model():
    lists = re.findall(r"^for index in (.+); do$", RUNBOOK.read_text(), re.MULTILINE)

    assert lists
    for names in lists:
        assert names.split() == [index.name for index in NOTIFICATION_RECORDS.indexes]


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


@pytest.mark.parametrize(
    ("counts", "throttled"),
    [((NEVER, NEVER, NEVER, NEVER), 0), ((None, NEVER, 3, None), 3), ((2, 1, NEVER, None), 3)],
)
def test_throttles_have_a_count_also_without_data_of_an_index(alarms, counts, throttled):
    """An alarm on DynamoDB's metrics would keep its state without one."""
    alarm = alarms["notification-records-write-throttles"]
    (expression,) = list_expressions(alarm)
    ids = [each["Id"] for each in alarm["Metrics"] if "MetricStat" in each]

    assert calculate(expression, **dict(zip(ids, counts, strict=True))) == throttled


def test_the_alarm_on_failures_watches_the_counts_of_all_aps(alarms):
    watched = list_watched_metrics(alarms["failed-notifications"])

    assert [each["MetricName"] for each in watched] == ["NotificationsByAp"] * 3
    assert {each["Namespace"] for each in watched} == {"NotificationQueryService"}
    assert [each["Dimensions"] for each in watched] == [
        {"service": "stream-processor", "status": status} for status in STATUSES
    ]


def test_each_watched_ap_has_an_alarm_on_its_own_counts(special):
    alarms = list_alarms(special)

    for ap_id, name in zip(WATCHED_APS, ALARMS_OF_APS, strict=True):
        watched = list_watched_metrics(alarms[name])
        assert [each["Dimensions"] for each in watched] == [
            {"service": "stream-processor", "ap_id": ap_id, "status": status} for status in STATUSES
        ]


def test_without_watched_aps_there_is_only_the_alarm_over_all(alarms):
    assert [name for name in alarms if "failed-" in name] == ["failed-notifications"]


def test_without_counts_by_ap_there_is_no_alarm_that_could_never_go_off(uncounted):
    dashboard = json.loads(uncounted.get("CloudWatch::Dashboard")["DashboardBody"])
    titles = [each["properties"]["title"] for each in dashboard["widgets"]]

    assert "failed-notifications" not in list_alarms(uncounted)
    assert titles
    assert not any("Notifications" in title for title in titles)


def test_the_alarms_on_failures_have_the_configured_threshold(alarms, special):
    assert alarms["failed-notifications"]["Threshold"] == 20
    assert {list_alarms(special)[name]["Threshold"] for name in ALARMS_OF_APS} == {7.5}


@pytest.mark.parametrize(
    ("sent", "delivered", "failed", "percent"),
    [
        pytest.param(100, 80, 20, 20, id="every notification is sent first"),
        pytest.param(None, 80, 20, 20, id="only what ended is recorded"),
        pytest.param(100, None, 20, 20, id="no delivery is reported"),
        pytest.param(300, 80, 20, 20 / 3, id="a campaign starts"),
        pytest.param(None, None, 12, 100, id="all fail"),
        pytest.param(None, None, 9, 0, id="too few failures"),
    ],
)
def test_the_share_of_failures(alarms, sent, delivered, failed, percent):
    (expression,) = list_expressions(alarms["failed-notifications"])

    share = calculate(expression, all_sent=sent, all_delivered=delivered, all_failed=failed)

    assert share == pytest.approx(percent)


def test_a_short_burst_of_failures_does_not_set_off_an_alarm(alarms):
    alarm = alarms["failed-notifications"]
    periods = {each["MetricStat"]["Period"] for each in alarm["Metrics"] if "MetricStat" in each}

    assert periods == {300}
    assert (alarm["EvaluationPeriods"], alarm["DatapointsToAlarm"]) == (3, 2)


def test_missing_data_is_an_alarm_where_it_means_no_tasks_or_no_verification(alarms):
    bad = {name for name, each in alarms.items() if each["TreatMissingData"] == "breaching"}

    assert bad == {"unhealthy-targets", "tasks-missing", "verify-missing"}


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


def test_only_alarms_of_this_account_and_eventbridge_may_publish_over_tls(default):
    statements = default.get("SNS::TopicPolicy")["PolicyDocument"]["Statement"]
    allowed = {
        each["Principal"]["Service"]: each.get("Condition")
        for each in filter(is_publish_statement, statements)
    }
    (deny,) = (each for each in statements if each["Effect"] == "Deny")

    assert allowed == {
        "cloudwatch.amazonaws.com": {"StringEquals": {"aws:SourceAccount": "${AWS::AccountId}"}},
        "events.amazonaws.com": None,
    }
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_alarms_are_mailed_to_the_configured_address(special):
    subscription = special.get("SNS::Subscription")

    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "on-call@example.com")


def test_without_an_address_no_alarm_is_mailed(default):
    assert not default.find("SNS::Subscription")
