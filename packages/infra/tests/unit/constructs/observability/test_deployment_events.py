"""Events of failed deployments: which ones notify, and with what."""

import json
import re

import pytest

from .templates import list_failure_rules

STACK_ARN = "arn:aws:cloudformation:ap-southeast-1:${AWS::AccountId}:stack"


@pytest.fixture
def rules(default):
    return list_failure_rules(default)


def matches(patterns, value):
    """Match as EventBridge does: a pattern is a value, or a prefix or suffix of it."""
    return any(
        value == each
        if isinstance(each, str)
        else value.startswith(each.get("prefix", "")) and value.endswith(each.get("suffix", ""))
        for each in patterns
    )


def test_failed_deployments_of_the_service_notify(default, rules):
    (service,) = default.find("ECS::Service")

    assert rules["deployment-failed"]["EventPattern"] == {
        "source": ["aws.ecs"],
        "detail-type": ["ECS Deployment State Change"],
        "resources": [f"${{{service}}}"],
        "detail": {"eventName": ["SERVICE_DEPLOYMENT_FAILED"]},
    }


@pytest.mark.parametrize(
    ("status", "notifies"),
    [
        ("CREATE_FAILED", True),
        ("ROLLBACK_COMPLETE", True),
        ("ROLLBACK_FAILED", True),
        ("UPDATE_FAILED", True),
        ("UPDATE_ROLLBACK_COMPLETE", True),
        ("UPDATE_ROLLBACK_FAILED", True),
        ("DELETE_FAILED", True),
        ("CREATE_COMPLETE", False),
        ("UPDATE_IN_PROGRESS", False),
        ("UPDATE_COMPLETE", False),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", False),
        ("UPDATE_ROLLBACK_IN_PROGRESS", False),
        ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", False),
    ],
)
def test_the_end_of_a_failed_operation_on_a_stack_notifies_once(rules, status, notifies):
    pattern = rules["stack-failed"]["EventPattern"]

    assert pattern["source"] == ["aws.cloudformation"]
    assert pattern["detail-type"] == ["CloudFormation Stack Status Change"]
    assert matches(pattern["detail"]["status-details"]["status"], status) is notifies


@pytest.mark.parametrize(
    ("stack", "is_ours"),
    [
        ("query-service-data", True),
        ("query-service-application", True),
        ("query-service-application-of-others", False),
    ],
)
def test_only_our_stacks_notify(rules, stack, is_ours):
    patterns = rules["stack-failed"]["EventPattern"]["detail"]["stack-id"]

    assert matches(patterns, f"{STACK_ARN}/{stack}/0b1c") is is_ours


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("deployment-failed", "$.detail.reason"),
        ("stack-failed", "$.detail.status-details.status"),
    ],
)
def test_a_failure_has_the_fields_of_an_alarm(rules, name, reason):
    (target,) = rules[name]["Targets"]
    transformer = target["InputTransformer"]
    # The values of paths are JSON themselves.
    message = json.loads(re.sub("<([a-z-]+)>", r'"\1"', transformer["InputTemplate"]))

    assert message["AlarmName"] == rules[name]["Name"]
    assert message["AlarmDescription"] == rules[name]["Description"]
    assert message["NewStateValue"] == "ALARM"
    assert transformer["InputPathsMap"][message["NewStateReason"]] == reason
    assert transformer["InputPathsMap"][message["StateChangeTime"]] == "$.time"


def test_eventbridge_may_use_the_key_of_the_topic(default):
    (statement,) = (
        each
        for each in default.get("KMS::Key")["KeyPolicy"]["Statement"]
        if each["Principal"] == {"Service": "events.amazonaws.com"}
    )

    assert set(statement["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey*"}
    assert "Condition" not in statement
