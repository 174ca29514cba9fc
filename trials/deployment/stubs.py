"""What the emulator takes without doing it, and what the template must say of that instead."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from trials.deployment.exceptions import RehearsalError

Properties: TypeAlias = Mapping[str, Any]
"""Of a resource in a template, references and all."""

Resources: TypeAlias = Mapping[str, Mapping[str, Any]]
"""A template's, by their logical ids."""


def _is_any(_properties: Properties) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Stub:
    """A kind of resource that does nothing in the emulator, or not all that it does on AWS.

    Attributes:
        kind: the type, without `AWS::`.
        claim: what the template says of it, in a few words.
        holds: whether a resource's properties say so.
        is_concerned: which resources of the type this is about.
    """

    kind: str
    claim: str
    holds: Callable[[Properties], bool]
    is_concerned: Callable[[Properties], bool] = _is_any


@dataclass(frozen=True, slots=True)
class Checked:
    """A stub and the number of resources whose templates bore its claim out."""

    stub: Stub
    count: int


def _joins_two_groups(properties: Properties, others: Sequence[str]) -> bool:
    return (
        sum(each in properties for each in others) == 1
        and properties["FromPort"] == properties["ToPort"]
        and not {"CidrIp", "CidrIpv6"} & properties.keys()
    )


_TARGETS: Final = {"ECSServiceAverageCPUUtilization": 60, "ALBRequestCountPerTarget": 12_000}


def _tracks_target(properties: Properties) -> bool:
    policy = properties["TargetTrackingScalingPolicyConfiguration"]
    metric = policy["PredefinedMetricSpecification"]["PredefinedMetricType"]
    return bool(_TARGETS.get(metric) == policy["TargetValue"])


def _runs_our_container(properties: Properties) -> bool:
    (container,) = properties["ContainerDefinitions"]
    ports = [each["ContainerPort"] for each in container["PortMappings"]]
    return (
        ports == [8000]
        and container["ReadonlyRootFilesystem"]
        and properties["RuntimePlatform"]["CpuArchitecture"] == "ARM64"
    )


def _reports_and_gives_up(properties: Properties) -> bool:
    return (
        properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        and properties["BisectBatchOnFunctionError"]
        and properties["MaximumRetryAttempts"] > 0
        and "OnFailure" in properties["DestinationConfig"]
    )


def _leads_through_link(properties: Properties) -> bool:
    integration = properties["Integration"]
    return (
        integration["ConnectionType"] == "VPC_LINK"
        and "Ref" in integration["ConnectionId"]
        and "Ref" in integration["IntegrationTarget"]
    )


def _names_its_actions(properties: Properties) -> bool:
    statements = properties["PolicyDocument"]["Statement"]
    actions = [
        action
        for each in statements
        for action in ([each["Action"]] if isinstance(each["Action"], str) else each["Action"])
    ]
    return bool(actions) and not any("*" in action for action in actions)


def _is_metric_math(properties: Properties) -> bool:
    return "Metrics" in properties


REFUSED: Final = (
    Stub(
        kind="ApiGatewayV2::VpcLink",
        claim="in two subnets, with a security group",
        holds=lambda properties: (
            len(properties["SubnetIds"]) == 2 and len(properties["SecurityGroupIds"]) == 1  # noqa: PLR2004 - the claim
        ),
    ),
    Stub(
        kind="ApplicationAutoScaling::ScalableTarget",
        claim="2 to 10 tasks",
        holds=lambda properties: (properties["MinCapacity"], properties["MaxCapacity"]) == (2, 10),
    ),
    Stub(
        kind="ApplicationAutoScaling::ScalingPolicy",
        claim="60 % of CPU, 12,000 requests a minute and task",
        holds=_tracks_target,
    ),
    Stub(
        kind="EC2::FlowLog",
        claim="all traffic of the VPC",
        holds=lambda properties: (
            (properties["ResourceType"], properties["TrafficType"]) == ("VPC", "ALL")
        ),
    ),
    Stub(
        kind="EC2::SecurityGroupIngress",
        claim="from one security group, to one port",
        holds=lambda properties: _joins_two_groups(properties, ["SourceSecurityGroupId"]),
    ),
    Stub(
        kind="EC2::SecurityGroupEgress",
        claim="to one security group or prefix list, and port",
        holds=lambda properties: _joins_two_groups(
            properties, ["DestinationSecurityGroupId", "DestinationPrefixListId"]
        ),
    ),
    Stub(
        kind="CloudWatch::Alarm",
        claim="of several metrics: tells a topic, has a threshold",
        is_concerned=_is_metric_math,
        holds=lambda properties: bool(properties["AlarmActions"]) and "Threshold" in properties,
    ),
)
"""Which the emulator does not know: a stand-in takes their place."""

INERT: Final = (
    Stub(
        kind="ECS::TaskDefinition",
        claim="our container on arm64, port 8000, read-only",
        holds=_runs_our_container,
    ),
    Stub(
        kind="ApiGateway::Method",
        claim="by the VPC link to the load balancer",
        holds=_leads_through_link,
    ),
    Stub(
        kind="Lambda::EventSourceMapping",
        claim="failures: by item, bisected, retried, kept in S3",
        holds=_reports_and_gives_up,
    ),
    Stub(
        kind="IAM::Policy",
        claim="every action by its name",
        holds=_names_its_actions,
    ),
    Stub(
        kind="DynamoDB::Table",
        claim="point-in-time recovery, deletion protection",
        holds=lambda properties: (
            properties["DeletionProtectionEnabled"]
            and properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
        ),
    ),
    Stub(
        kind="DynamoDB::Table",
        claim="rows expire by expires_at",
        is_concerned=lambda properties: properties["TableName"] == "notification-records",
        holds=lambda properties: (
            properties["TimeToLiveSpecification"]
            == {"AttributeName": "expires_at", "Enabled": True}
        ),
    ),
)
"""Which the emulator takes, and does less with than AWS would."""


def check_claims(resources: Resources, stubs: Sequence[Stub]) -> Sequence[Checked]:
    """Hold every claim against every resource that it is about.

    Raises:
        RehearsalError: one does not hold, or is about nothing.
    """
    return [_check(resources, stub) for stub in stubs]


def _check(resources: Resources, stub: Stub) -> Checked:
    concerned = {
        name: each["Properties"]
        for name, each in resources.items()
        if each["Type"] == f"AWS::{stub.kind}" and stub.is_concerned(each["Properties"])
    }
    for name, properties in concerned.items():
        if not stub.holds(properties):
            raise RehearsalError(f"the template does not say of {name}: {stub.claim}")
    if not concerned:
        raise RehearsalError(f"the template has no {stub.kind}: {stub.claim}")
    return Checked(stub, len(concerned))
