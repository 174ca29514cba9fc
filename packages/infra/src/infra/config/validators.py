"""Validators of configuration values; each rejects an invalid value with a reason."""

import re
from ipaddress import IPv4Network
from typing import Final

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

_LARGEST_PREFIX: Final = 16
_SMALLEST_PREFIX: Final = 28
# RFC 1918, and RFC 6598's shared addresses, which networks of companies use too.
_PRIVATE_NETWORKS: Final = tuple(
    map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"))
)
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
_LOG_DAYS: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


def matching(pattern: str, example: str) -> AfterValidator:
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


def resource_id(prefix: str) -> AfterValidator:
    """Accept the id of a resource with this prefix."""
    return matching(rf"{prefix}-[0-9a-f]{{8}}([0-9a-f]{{9}})?", f"{prefix}-0123456789abcdef0")


def split(value: object) -> object:
    """Read a list: `a,b`."""
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


def check_unique(values: tuple[str, ...]) -> tuple[str, ...]:
    """Accept a list without repetitions."""
    if repeated := sorted({each for each in values if values.count(each) > 1}):
        raise PydanticCustomError("unique", "has {value} twice", {"value": repeated[0]})
    return values


def pairs(example: str) -> BeforeValidator:
    """Read a mapping, `name=value,name=value`; the error shows the example."""

    def split_pairs(value: object) -> object:
        if not isinstance(value, str):
            return value
        parts = [part.strip().partition("=") for part in value.split(",") if part.strip()]
        if not all(name and content for name, _, content in parts):
            raise PydanticCustomError(
                "pairs", "must be a list such as {example}", {"example": example}
            )
        return {name.strip(): content.strip() for name, _, content in parts}

    return BeforeValidator(split_pairs)


def _read_network(value: str) -> IPv4Network:
    try:
        return IPv4Network(value)
    except ValueError as error:
        raise PydanticCustomError("cidr", "{reason}", {"reason": str(error)}) from None


def check_cidr(value: str) -> str:
    """Accept the address range of a VPC."""
    network = _read_network(value)
    # https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
    if not _LARGEST_PREFIX <= network.prefixlen <= _SMALLEST_PREFIX:
        raise PydanticCustomError("cidr", "must be from /16 to /28")
    return value


def check_private(value: str) -> str:
    """Accept a private address range."""
    network = _read_network(value)
    if not any(network.subnet_of(each) for each in _PRIVATE_NETWORKS):
        raise PydanticCustomError("private", "{value} is not private", {"value": value})
    return value


def check_log_days(value: int) -> int:
    """Accept a retention that CloudWatch Logs has."""
    if value not in _LOG_DAYS:
        raise PydanticCustomError(
            "days", "must be one of {days}", {"days": ", ".join(map(str, _LOG_DAYS))}
        )
    return value
