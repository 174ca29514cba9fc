"""The stand-ins."""

import pytest
from ministack.services.cloudformation.provisioners import _RESOURCE_HANDLERS

from trials.deployment.emulator_process import register_stand_ins
from trials.deployment.refused import MISSING_IMAGE, REFUSED


@pytest.fixture
def handlers():
    """The emulator's own, with stand-ins."""
    handlers = dict(_RESOURCE_HANDLERS)
    register_stand_ins(handlers)
    return handlers


@pytest.mark.parametrize("kind", REFUSED)
def test_a_kind_with_a_stand_in_is_still_refused_without(kind):
    """One that is no longer refused should be deployed for real."""
    own = _RESOURCE_HANDLERS.get(kind)

    if own is not None:
        with pytest.raises(ValueError, match="metric math"):
            own["create"]("Alarm", {"Metrics": [{}]}, "stack")


@pytest.mark.parametrize("kind", REFUSED)
def test_a_stand_in_returns_an_id_and_an_arn_and_can_be_deleted(handlers, kind):
    handler = handlers[kind]

    physical_id, attributes = handler["create"]("Thing", {"Metrics": [{}]}, "stack")
    handler["delete"](physical_id, {})

    assert physical_id == "stack-Thing"
    assert attributes["Arn"].endswith(":stack-Thing")


def test_an_alarm_of_one_metric_is_created_by_the_emulator(handlers):
    properties = {
        "AlarmName": "errors",
        "MetricName": "Errors",
        "Namespace": "Test",
        "ComparisonOperator": "GreaterThanThreshold",
        "EvaluationPeriods": 1,
        "Period": 60,
        "Statistic": "Sum",
        "Threshold": 1,
    }

    physical_id, attributes = handlers["AWS::CloudWatch::Alarm"]["create"]("A", properties, "stack")

    assert physical_id == "errors"
    assert ":alarm:errors" in attributes["Arn"]


def test_other_handlers_stay_as_they_are(handlers):
    changed = {kind for kind, each in handlers.items() if each is not _RESOURCE_HANDLERS.get(kind)}

    assert changed == {*REFUSED, "AWS::ECS::Service"}


def test_a_service_whose_image_is_missing_fails_to_be_created(handlers):
    definition, _ = handlers["AWS::ECS::TaskDefinition"]["create"](
        "Task",
        {
            "Family": "task",
            "ContainerDefinitions": [{"Name": "api", "Image": f"query-api@{MISSING_IMAGE}"}],
        },
        "stack",
    )

    with pytest.raises(ValueError, match="Circuit Breaker"):
        handlers["AWS::ECS::Service"]["create"]("Service", {"TaskDefinition": definition}, "stack")
