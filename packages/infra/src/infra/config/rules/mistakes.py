"""Mistakes that the rules of several groups find."""

from collections.abc import Iterator

from infra.config.model import Config
from infra.exceptions import ConfigMistake


def mistake(name: str, reason: str) -> ConfigMistake:
    """Report a field by the name of its variable."""
    return ConfigMistake(name.upper(), reason)


def check_pair(config: Config, first: str, second: str) -> Iterator[ConfigMistake]:
    """Require either both fields or none."""
    for name, other in ((first, second), (second, first)):
        if getattr(config, other) and not getattr(config, name):
            yield mistake(name, f"is required with {other.upper()}")


def check_region_of_arn(config: Config, name: str, arn: str) -> Iterator[ConfigMistake]:
    """Require the region of the deployment in an ARN."""
    if arn.split(":")[3] != config.aws_region:
        yield mistake(name, f"must be in {config.aws_region}")
