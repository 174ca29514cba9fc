"""Types of configuration values; each rejects an invalid value with a reason."""

import re
from enum import StrEnum
from ipaddress import IPv4Network
from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

_LARGEST_PREFIX: Final = 16
_SMALLEST_PREFIX: Final = 28
# RFC 1918, and RFC 6598's shared addresses, which networks of companies use too.
_PRIVATE_NETWORKS: Final = tuple(
    map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"))
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


def _matching(pattern: str, example: str) -> AfterValidator:
    """Accept text of one form; the error shows the example."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise PydanticCustomError(
                "form",
                "{value} does not look like {example}",
                {
                    "value": repr(value),
                    "example": example,
                },
            )
        return value

    return AfterValidator(check)


def _resource_id(prefix: str) -> AfterValidator:
    return _matching(rf"{prefix}-[0-9a-f]{{8}}([0-9a-f]{{9}})?", f"{prefix}-0123456789abcdef0")


def _split(value: object) -> object:
    """Read a list: `a,b`."""
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _check_unique(values: tuple[str, ...]) -> tuple[str, ...]:
    if repeated := sorted({each for each in values if values.count(each) > 1}):
        raise PydanticCustomError("unique", "has {value} twice", {"value": repeated[0]})
    return values


def _pairs(example: str) -> BeforeValidator:
    """Read a mapping, `name=value,name=value`; the error shows the example."""

    def split(value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [part.strip().partition("=") for part in value.split(",") if part.strip()]
        if not all(name and content for name, _, content in pairs):
            raise PydanticCustomError(
                "pairs", "must be a list such as {example}", {"example": example}
            )
        return {name.strip(): content.strip() for name, _, content in pairs}

    return BeforeValidator(split)


def _read_network(value: str) -> IPv4Network:
    try:
        return IPv4Network(value)
    except ValueError as error:
        raise PydanticCustomError("cidr", "{reason}", {"reason": str(error)}) from None


def _check_cidr(value: str) -> str:
    network = _read_network(value)
    # https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
    if not _LARGEST_PREFIX <= network.prefixlen <= _SMALLEST_PREFIX:
        raise PydanticCustomError("cidr", "must be from /16 to /28")
    return value


def _check_private(value: str) -> str:
    network = _read_network(value)
    if not any(network.subnet_of(each) for each in _PRIVATE_NETWORKS):
        raise PydanticCustomError("private", "{value} is not private", {"value": value})
    return value


_REGION = r"[a-z]{2}(-[a-z]+)+-\d"

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
_LOG_DAYS: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


def _check_log_days(value: int) -> int:
    if value not in _LOG_DAYS:
        raise PydanticCustomError(
            "days", "must be one of {days}", {"days": ", ".join(map(str, _LOG_DAYS))}
        )
    return value


LogDays: TypeAlias = Annotated[int, AfterValidator(_check_log_days)]
# A prefix: some AWS names have at most 64 characters, and alarms, functions and roles extend ours.
DeploymentName: TypeAlias = Annotated[str, _matching(r"[a-z][a-z0-9]{0,11}", "dev")]
Region: TypeAlias = Annotated[str, _matching(_REGION, "ap-southeast-1")]
VpcId: TypeAlias = Annotated[str, _resource_id("vpc")]
SubnetId: TypeAlias = Annotated[str, _resource_id("subnet")]
SecurityGroupId: TypeAlias = Annotated[str, _resource_id("sg")]
PrefixListId: TypeAlias = Annotated[str, _resource_id("pl")]
VpcEndpointId: TypeAlias = Annotated[str, _resource_id("vpce")]
AccountIds: TypeAlias = Annotated[
    tuple[Annotated[str, _matching(r"\d{12}", "123456789012")], ...], BeforeValidator(_split)
]
VpcEndpointIds: TypeAlias = Annotated[tuple[VpcEndpointId, ...], BeforeValidator(_split)]
Services: TypeAlias = Annotated[
    tuple[Service, ...], BeforeValidator(_split), AfterValidator(_check_unique)
]
VpcEndpoints: TypeAlias = Annotated[
    dict[Service, VpcEndpointId], _pairs("logs=vpce-0123456789abcdef0")
]
# https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
Tags: TypeAlias = Annotated[
    dict[
        Annotated[str, _matching(r"(?!aws:)[\w .:/+@-]{1,128}", "cost-center")],
        Annotated[str, _matching(r"[\w .:/+@-]{1,256}", "notifications")],
    ],
    _pairs("cost-center=1234,owner=notifications"),
    Field(max_length=40),
]
RouteTableIds: TypeAlias = Annotated[
    tuple[Annotated[str, _resource_id("rtb")], ...], BeforeValidator(_split)
]
AvailabilityZones: TypeAlias = Annotated[
    tuple[Annotated[str, _matching(rf"{_REGION}[a-z]", "ap-southeast-1a")], ...],
    BeforeValidator(_split),
]
VpcCidrs: TypeAlias = Annotated[
    tuple[Annotated[str, AfterValidator(_check_cidr)], ...],
    BeforeValidator(_split),
    AfterValidator(_check_unique),
]
PrivateCidrs: TypeAlias = Annotated[
    tuple[Annotated[str, AfterValidator(_check_private)], ...],
    BeforeValidator(_split),
    AfterValidator(_check_unique),
    Field(min_length=1),
]
# As the claim `sub` names it, with the ids that tokens of repositories since July 2026 contain:
# https://docs.github.com/actions/reference/security/oidc
GitHubRepository: TypeAlias = Annotated[
    str,
    _matching(
        r"[A-Za-z0-9-]{1,39}(@\d+)?/[A-Za-z0-9._-]{1,100}(@\d+)?", "octo@123456/service@456789"
    ),
]
GitHubEnvironment: TypeAlias = Annotated[str, _matching(r"[a-z][a-z0-9-]*", "prod")]
CertificateArn: TypeAlias = Annotated[
    str,
    _matching(
        r"arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate/[0-9a-f-]{36}",
        "arn:aws:acm:REGION:ACCOUNT:certificate/UUID",
    ),
]
KeyArn: TypeAlias = Annotated[
    str,
    _matching(
        r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+",
        "arn:aws:kms:REGION:ACCOUNT:key/ID",
    ),
]
DomainName: TypeAlias = Annotated[
    str, _matching(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", "query.example.com")
]
# The load balancer's security group lets it connect to port 443 only.
HttpsUrl: TypeAlias = Annotated[
    str,
    _matching(
        r"https://([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(/[^\s#]*)?",
        "https://login.example.com/path",
    ),
]
ClientId: TypeAlias = Annotated[str, _matching(r"[\x21-\x7e]{1,255}", "console-of-notifications")]
SecretArn: TypeAlias = Annotated[
    str,
    _matching(
        r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}",
        "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-SUFFIX",
    ),
]
SecretVersion: TypeAlias = Annotated[
    str, _matching(r"[A-Za-z0-9-]{32,64}", "01234567-89ab-cdef-0123-456789abcdef")
]
StreamArn: TypeAlias = Annotated[
    str,
    _matching(
        r"arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\d{12}:table/[\w.-]+/stream/[0-9T:.-]+",
        "arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL",
    ),
]
TableName: TypeAlias = Annotated[str, _matching(r"[A-Za-z0-9_.-]{3,255}", "command-records")]
Repository: TypeAlias = Annotated[str, _matching(r"[a-z0-9]+([._/-][a-z0-9]+)*", "query-api")]
ImageDigest: TypeAlias = Annotated[
    str, _matching(r"sha256:[0-9a-f]{64}", "sha256: and 64 hexadecimal digits")
]
EmailAddress: TypeAlias = Annotated[
    str, _matching(r"[^@\s,]+@[^@\s,]+\.[^@\s,.]+", "on-call@example.com")
]
# Part of an alarm's name and of a metric's dimension.
ApIds: TypeAlias = Annotated[
    tuple[Annotated[str, _matching(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", "mobile-app-001")], ...],
    BeforeValidator(_split),
    AfterValidator(_check_unique),
    Field(max_length=20),
]
Percent: TypeAlias = Annotated[float, Field(gt=0, le=100)]
TaskCount: TypeAlias = Annotated[int, Field(ge=1, le=100)]
Concurrency: TypeAlias = Annotated[int, Field(ge=1, le=1000)]
