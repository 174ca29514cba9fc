"""Exemptions from cdk-nag's AwsSolutions rules, each with its reason.

Any other finding fails the synthesis, and so the deployment.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from aws_cdk import Acknowledgment, App, CfnElement, Stack, Validations
from cdk_nag import AwsSolutionsChecks
from constructs import IConstruct

_PACK: Final = "AwsSolutions"


@dataclass(frozen=True, slots=True)
class Exemption:
    """A rule that a construct need not follow.

    Attributes:
        path: the construct's path in the stack, empty for the stack; includes its children. Ignored
            if a deployment has no such construct.
        rule: cdk-nag's rule, with a single finding in brackets if it has several. `{path}` stands
            for the logical id of that resource, `{region}` for the region.
        reason: why.
    """

    path: str
    rule: str
    reason: str


_TRACING: Final = "X-Ray's actions support no resource."
_SEGMENT_EXECUTIONS: Final = (
    "The state machine's own executions, one for each segment; their names are not known before."
)
_EXECUTIONS: Final = (
    "arn:aws:states:{region}:<AWS::AccountId>:execution:"
    '{"Fn::Select":[6,{"Fn::Split":[":",{"Ref":"{Operations/Rebuild/StateMachine}"}]}]}'
)
_LOG_PUSH_POLICY: Final = (
    "arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
)
EXEMPTIONS: Final = (
    Exemption(
        "",
        "L1",
        "The packages are locked, bundled and measured for Python 3.13, which AWS supports until "
        "2029.",
    ),
    Exemption(
        "FailureStores/Quarantine",
        "SQS3",
        "It is itself the dead-letter queue. Only a redrive reads it, and leaves in it what it "
        "cannot repair.",
    ),
    Exemption(
        "StreamProcessor/FunctionRole",
        "IAM5[Resource::*]",
        f"{_TRACING} Nor does ListStreams, which Lambda needs to read a stream.",
    ),
    Exemption(
        "StreamProcessor/FunctionRole",
        "IAM5[Resource::<{FailureStores/GivenUp}.Arn>/*]",
        "Lambda chooses the object names in the on-failure bucket, which holds nothing else.",
    ),
    Exemption("Operations/VerifyRole", "IAM5[Resource::*]", _TRACING),
    Exemption("Operations/RedriveRole", "IAM5[Resource::*]", _TRACING),
    Exemption("Operations/RebuildSegmentRole", "IAM5[Resource::*]", _TRACING),
    Exemption("QueryFunction/FunctionRole", "IAM5[Resource::*]", _TRACING),
    Exemption(
        "Operations/RedriveRole",
        "IAM5[Resource::<{FailureStores/GivenUp}.Arn>/aws/lambda/*]",
        "A redrive reads and deletes the objects of Lambda, which chooses their names.",
    ),
    Exemption(
        "Operations/Rebuild/StateMachine",
        "IAM5[Resource::*]",
        f"{_TRACING} Nor do the actions by which Step Functions delivers its logs.",
    ),
    Exemption(
        "Operations/Rebuild/StateMachine",
        "IAM5[Resource::<{Operations/RebuildSegment}.Arn>:*]",
        "The versions of the one function that it invokes.",
    ),
    Exemption(
        "Operations/Rebuild/StateMachine", f"IAM5[Resource::{_EXECUTIONS}:*]", _SEGMENT_EXECUTIONS
    ),
    Exemption(
        "Operations/Rebuild/StateMachine", f"IAM5[Resource::{_EXECUTIONS}/*:*]", _SEGMENT_EXECUTIONS
    ),
    Exemption(
        "QueryService/Task/ExecutionRole",
        "IAM5[Resource::*]",
        "GetAuthorizationToken supports no resource; the pull itself is limited to one repository.",
    ),
    Exemption(
        "QueryService/Task",
        "ECS2",
        "The variables are names and numbers; none is a secret.",
    ),
    Exemption(
        "QueryService/Front/AccessLogs",
        "S1",
        "It holds access logs itself. CloudTrail can log access to them where that is required.",
    ),
    Exemption(
        "PrivateApi/Api",
        "APIG2",
        "Queries are validated; other routes take neither body nor parameters.",
    ),
    Exemption(
        "PrivateApi/Api",
        "APIG3",
        "Only the VPC endpoints in its policy reach it. It throttles; the service validates and "
        "sheds load.",
    ),
    Exemption(
        "PrivateApi/Api",
        "APIG4",
        "Found only where the operator turned IAM_AUTHORIZATION off. The resource policy still "
        "denies all endpoints but the callers'.",
    ),
    Exemption(
        "PrivateApi/Api",
        "COG4",
        "The callers are services, not users of a Cognito user pool.",
    ),
    Exemption(
        "PrivateApi/Api/CloudWatchRole",
        f"IAM4[Policy::{_LOG_PUSH_POLICY}]",
        "One role serves every API of the account and region, so it cannot name our log groups.",
    ),
)


def check_against_rules(
    app: App, stack: Stack, exemptions: Iterable[Exemption] = EXEMPTIONS
) -> None:
    """Check every synthesis of the app, except for the exemptions in a stack."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    for exemption in exemptions:
        construct = _find(stack, exemption.path)
        if construct is not None:
            Validations.of(construct).acknowledge(
                Acknowledgment(
                    id=f"{_PACK}::{_PACK}-{_resolve_finding(stack, exemption.rule)}",
                    reason=exemption.reason,
                )
            )


def _resolve_finding(stack: Stack, rule: str) -> str:
    return re.sub(r"\{([\w/]+)\}", lambda match: _resolve(stack, match[1]), rule)


def _resolve(stack: Stack, name: str) -> str:
    if name == "region":
        return stack.region
    construct = _find(stack, name)
    if construct is None or not isinstance(construct.node.default_child, CfnElement):
        raise LookupError(f"no resource at {name}")
    return stack.get_logical_id(construct.node.default_child)


def _find(stack: Stack, path: str) -> IConstruct | None:
    found: IConstruct | None = stack
    for name in path.split("/") if path else ():
        found = found.node.try_find_child(name) if found is not None else None
    return found
