"""Events of failed deployments, which notify the topic of alarms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.config.model import Config
from infra.constructs.observability.alarms.alarm import PREFIX, describe


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failure:
    """An event that notifies as an alarm does; no message follows when it is over.

    Attributes:
        name: without the prefixes of all alarms and of the deployment.
        meaning: what is wrong, for the person on call.
        reason: path in the event of what happened; every such event must have it.
    """

    name: str
    meaning: str
    source: str
    detail_type: str
    resources: Sequence[str] | None = None
    detail: Mapping[str, Any]
    reason: str

    def watch(self, scope: Construct, topic: sns.ITopic, config: Config) -> None:
        """Create the rule. Its messages have an alarm's fields, so one filter serves both."""
        name = config.prefix(f"{PREFIX}{self.name}")
        description = describe("Ticket", self.meaning, self.name)
        message = events.RuleTargetInput.from_object(
            {
                "AlarmName": name,
                "AlarmDescription": description,
                "NewStateValue": "ALARM",
                "NewStateReason": events.EventField.from_path(self.reason),
                "StateChangeTime": events.EventField.time,
            }
        )
        events.Rule(
            scope,
            self.name,
            rule_name=name,
            description=description,
            event_pattern=events.EventPattern(
                source=[self.source],
                detail_type=[self.detail_type],
                resources=None if self.resources is None else [*self.resources],
                detail=self.detail,
            ),
            targets=[targets.SnsTopic(topic, message=message)],
        )


def watch_deployments(
    scope: Construct,
    topic: sns.ITopic,
    *,
    config: Config,
    service_arn: str,
    stack_names: Sequence[str],
) -> None:
    """Notify the topic of deployments of the service or of a stack that fail or are rolled back."""
    for each in (_fail_service(service_arn), _fail_stacks(Stack.of(scope), stack_names)):
        each.watch(scope, topic, config)


def _fail_service(service_arn: str) -> _Failure:
    """Return the failure of a deployment of the service, also of one outside of CloudFormation.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
    """
    return _Failure(
        name="deployment-failed",
        meaning="A deployment of the service failed, and ECS rolls it back.",
        source="aws.ecs",
        detail_type="ECS Deployment State Change",
        resources=[service_arn],
        detail={"eventName": ["SERVICE_DEPLOYMENT_FAILED"]},
        reason="$.detail.reason",
    )


def _fail_stacks(stack: Stack, names: Sequence[str]) -> _Failure:
    """Return the failure of an operation on one of our stacks, or the end of its rollback.

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/event-detail-stack-status-change.html
    """
    ids = [
        # A stack's id ends with a unique part, which changes when it is created anew.
        stack.format_arn(service="cloudformation", resource="stack", resource_name=f"{each}/")
        for each in names
    ]
    return _Failure(
        name="stack-failed",
        meaning="An operation of CloudFormation on a stack failed or was rolled back.",
        source="aws.cloudformation",
        detail_type="CloudFormation Stack Status Change",
        detail={
            "stack-id": [{"prefix": each} for each in ids],
            "status-details": {"status": [{"suffix": "_FAILED"}, {"suffix": "ROLLBACK_COMPLETE"}]},
        },
        # The event may have no reason; the runbook reads it from the stack.
        reason="$.detail.status-details.status",
    )
