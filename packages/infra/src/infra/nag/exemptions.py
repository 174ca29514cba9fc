"""cdk-nag's AwsSolutions rules, and why some do not hold where they do not.

A finding that is not acknowledged here stops every synth, and so every deployment.
"""

import re
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
        path: the construct in its stack, empty for the stack itself; it and what is in it are
            exempt. Where a deployment does without the construct, there is nothing to exempt.
        rule: as cdk-nag names it, and for some the one finding in brackets. In it, `{path}`
            stands for the logical id of what is there, `{region}` for the region.
        reason: why.
    """

    path: str
    rule: str
    reason: str


_TRACING: Final = "X-Ray's actions take no resource: AWS allows them for all or none."
_SEGMENT_EXECUTIONS: Final = (
    "The state machine's own executions, one for each segment, which have no names before they run."
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
        "Python 3.13 is the version that the packages are locked, bundled and measured for. AWS "
        "supports it until 2029.",
    ),
    Exemption(
        "FailureStores/Quarantine",
        "SQS3",
        "It is itself where records go that cannot be processed. Nothing reads it but a redrive, "
        "which leaves in it what it cannot mend.",
    ),
    Exemption(
        "StreamProcessor/FunctionRole",
        "IAM5[Resource::*]",
        f"{_TRACING} Nor does ListStreams, which Lambda wants to read a stream with.",
    ),
    Exemption(
        "StreamProcessor/FunctionRole",
        "IAM5[Resource::<{FailureStores/GivenUp}.Arn>/*]",
        "Lambda chooses the names of what it puts into the bucket of batches that it gave up on, "
        "which is there for nothing else.",
    ),
    Exemption("Operations/VerifyRole", "IAM5[Resource::*]", _TRACING),
    Exemption("Operations/RedriveRole", "IAM5[Resource::*]", _TRACING),
    Exemption("Operations/RebuildSegmentRole", "IAM5[Resource::*]", _TRACING),
    Exemption("QueryFunction/FunctionRole", "IAM5[Resource::*]", _TRACING),
    Exemption(
        "Operations/RedriveRole",
        "IAM5[Resource::<{FailureStores/GivenUp}.Arn>/aws/lambda/*]",
        "A redrive reads and deletes whatever Lambda has put there, under names of its choice.",
    ),
    Exemption(
        "Operations/Rebuild/StateMachine",
        "IAM5[Resource::*]",
        f"{_TRACING} Nor do those by which Step Functions delivers its logs.",
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
        "GetAuthorizationToken takes no resource; the pull itself is of the one repository.",
    ),
    Exemption(
        "QueryService/Task",
        "ECS2",
        "Names and numbers, as the package documents them: no secret is among them.",
    ),
    Exemption(
        "QueryService/Front/AccessLogs",
        "S1",
        "It holds access logs. Logs of who read them would want logs in turn; CloudTrail has "
        "them where that is asked for.",
    ),
    Exemption(
        "PrivateApi/Api",
        "APIG2",
        "Validation is on where there is something to validate, in each query; other routes take "
        "neither body nor parameters.",
    ),
    Exemption(
        "PrivateApi/Api",
        "APIG3",
        "No one reaches it but through the VPC endpoints that its policy names. It throttles, and "
        "the service validates and sheds load.",
    ),
    Exemption(
        "PrivateApi/Api",
        "APIG4",
        "The callers are services and people inside the VPC: the resource policy denies all other "
        "endpoints. IAM_AUTHORIZATION asks for signatures too.",
    ),
    Exemption(
        "PrivateApi/Api",
        "COG4",
        "The callers are services, not people with an account in a user pool.",
    ),
    Exemption(
        "PrivateApi/Api/CloudWatchRole",
        f"IAM4[Policy::{_LOG_PUSH_POLICY}]",
        "One role serves every API of the account and region, so it cannot name our log groups.",
    ),
)


def check_against_rules(app: App, application: Stack) -> None:
    """Have every synth of the app checked, but for the exemptions."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    for exemption in EXEMPTIONS:
        construct = _find(application, exemption.path)
        if construct is not None:
            Validations.of(construct).acknowledge(
                Acknowledgment(
                    id=f"{_PACK}::{_PACK}-{_resolve_finding(application, exemption.rule)}",
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
