"""Rules on who may call, and on how connections are protected."""

from collections.abc import Iterator

from infra.config.model import Config
from infra.config.rules.mistakes import check_pair, check_region_of_arn, mistake
from infra.exceptions import ConfigMistake


def find_access_mistakes(config: Config) -> Iterator[ConfigMistake]:
    """Find combinations that protect less than intended, or not as intended."""
    yield from check_pair(config, "certificate_arn", "certificate_domain")
    yield from _check_certificate(config)
    if config.caller_account_ids and not config.iam_authorization:
        yield mistake("caller_account_ids", "requires IAM_AUTHORIZATION")


def _check_certificate(config: Config) -> Iterator[ConfigMistake]:
    if config.certificate_arn:
        yield from check_region_of_arn(config, "certificate_arn", config.certificate_arn)
        if config.allow_http:
            yield mistake("allow_http", "has no effect with CERTIFICATE_ARN")
    elif not config.allow_http:
        yield mistake(
            "certificate_arn",
            "is required: responses are personal data; ALLOW_HTTP=true waives TLS between gateway "
            "and load balancer",
        )
