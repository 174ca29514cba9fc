"""Types of configuration values; each rejects an invalid value with a reason."""

from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field

from infra.config.validators import (
    check_cidr,
    check_log_days,
    check_private,
    check_unique,
    matching,
    pairs,
    resource_id,
    split,
)


class Service(StrEnum):
    """AWS services with an endpoint in the VPC."""

    DYNAMODB = "dynamodb"
    S3 = "s3"
    ECR_API = "ecr.api"
    ECR_DKR = "ecr.dkr"
    LOGS = "logs"
    EXECUTE_API = "execute-api"
    LAMBDA = "lambda"
    ECS = "ecs"
    ECS_AGENT = "ecs-agent"
    ECS_TELEMETRY = "ecs-telemetry"


_REGION = r"[a-z]{2}(-[a-z]+)+-\d"

LogDays: TypeAlias = Annotated[int, AfterValidator(check_log_days)]
# A prefix: some AWS names have at most 64 characters, and alarms, functions and roles extend ours.
DeploymentName: TypeAlias = Annotated[str, matching(r"[a-z][a-z0-9]{0,11}", "dev")]
Region: TypeAlias = Annotated[str, matching(_REGION, "ap-southeast-1")]
VpcId: TypeAlias = Annotated[str, resource_id("vpc")]
SubnetId: TypeAlias = Annotated[str, resource_id("subnet")]
SecurityGroupId: TypeAlias = Annotated[str, resource_id("sg")]
PrefixListId: TypeAlias = Annotated[str, resource_id("pl")]
VpcEndpointId: TypeAlias = Annotated[str, resource_id("vpce")]
AccountIds: TypeAlias = Annotated[
    tuple[Annotated[str, matching(r"\d{12}", "123456789012")], ...], BeforeValidator(split)
]
VpcEndpointIds: TypeAlias = Annotated[tuple[VpcEndpointId, ...], BeforeValidator(split)]
Services: TypeAlias = Annotated[
    tuple[Service, ...], BeforeValidator(split), AfterValidator(check_unique)
]
VpcEndpoints: TypeAlias = Annotated[
    dict[Service, VpcEndpointId], pairs("logs=vpce-0123456789abcdef0")
]
# https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
Tags: TypeAlias = Annotated[
    dict[
        Annotated[str, matching(r"(?!aws:)[\w .:/+@-]{1,128}", "cost-center")],
        Annotated[str, matching(r"[\w .:/+@-]{1,256}", "notifications")],
    ],
    pairs("cost-center=1234,owner=notifications"),
    Field(max_length=40),
]
RouteTableIds: TypeAlias = Annotated[
    tuple[Annotated[str, resource_id("rtb")], ...], BeforeValidator(split)
]
AvailabilityZones: TypeAlias = Annotated[
    tuple[Annotated[str, matching(rf"{_REGION}[a-z]", "ap-southeast-1a")], ...],
    BeforeValidator(split),
]
VpcCidrs: TypeAlias = Annotated[
    tuple[Annotated[str, AfterValidator(check_cidr)], ...],
    BeforeValidator(split),
    AfterValidator(check_unique),
]
PrivateCidrs: TypeAlias = Annotated[
    tuple[Annotated[str, AfterValidator(check_private)], ...],
    BeforeValidator(split),
    AfterValidator(check_unique),
    Field(min_length=1),
]
# As the claim `sub` names it, with the ids that tokens of repositories since July 2026 contain:
# https://docs.github.com/actions/reference/security/oidc
GitHubRepository: TypeAlias = Annotated[
    str,
    matching(
        r"[A-Za-z0-9-]{1,39}(@\d+)?/[A-Za-z0-9._-]{1,100}(@\d+)?", "octo@123456/service@456789"
    ),
]
GitHubEnvironment: TypeAlias = Annotated[str, matching(r"[a-z][a-z0-9-]*", "prod")]
CertificateArn: TypeAlias = Annotated[
    str,
    matching(
        r"arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate/[0-9a-f-]{36}",
        "arn:aws:acm:REGION:ACCOUNT:certificate/UUID",
    ),
]
KeyArn: TypeAlias = Annotated[
    str,
    matching(
        r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+",
        "arn:aws:kms:REGION:ACCOUNT:key/ID",
    ),
]
DomainName: TypeAlias = Annotated[
    str, matching(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", "query.example.com")
]
# The load balancer's security group lets it connect to port 443 only.
HttpsUrl: TypeAlias = Annotated[
    str,
    matching(
        r"https://([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(/[^\s#]*)?",
        "https://login.example.com/path",
    ),
]
ClientId: TypeAlias = Annotated[str, matching(r"[\x21-\x7e]{1,255}", "console-of-notifications")]
SecretArn: TypeAlias = Annotated[
    str,
    matching(
        r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}",
        "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-SUFFIX",
    ),
]
SecretVersion: TypeAlias = Annotated[
    str, matching(r"[A-Za-z0-9-]{32,64}", "01234567-89ab-cdef-0123-456789abcdef")
]
StreamArn: TypeAlias = Annotated[
    str,
    matching(
        r"arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\d{12}:table/[\w.-]+/stream/[0-9T:.-]+",
        "arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL",
    ),
]
TableName: TypeAlias = Annotated[str, matching(r"[A-Za-z0-9_.-]{3,255}", "command-records")]
Repository: TypeAlias = Annotated[str, matching(r"[a-z0-9]+([._/-][a-z0-9]+)*", "query-api")]
ImageDigest: TypeAlias = Annotated[
    str, matching(r"sha256:[0-9a-f]{64}", "sha256: and 64 hexadecimal digits")
]
EmailAddress: TypeAlias = Annotated[
    str, matching(r"[^@\s,]+@[^@\s,]+\.[^@\s,.]+", "on-call@example.com")
]
# Part of an alarm's name and of a metric's dimension.
ApIds: TypeAlias = Annotated[
    tuple[Annotated[str, matching(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", "mobile-app-001")], ...],
    BeforeValidator(split),
    AfterValidator(check_unique),
    Field(max_length=20),
]
Percent: TypeAlias = Annotated[float, Field(gt=0, le=100)]
TaskCount: TypeAlias = Annotated[int, Field(ge=1, le=100)]
Concurrency: TypeAlias = Annotated[int, Field(ge=1, le=1000)]
