"""Log groups, with the retention and the key of the deployment."""

from typing import Final, cast

from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.config.model import Config

LOG_DAYS: Final = 90
"""How long logs are kept by default."""


def create_log_group(
    scope: Construct,
    construct_id: str,
    config: Config,
    *,
    name: str | None = None,
    default_days: int = LOG_DAYS,
    removal_policy: RemovalPolicy = RemovalPolicy.DESTROY,
) -> logs.LogGroup:
    """Create a log group.

    Args:
        scope: its parent.
        construct_id: its id there.
        config: the deployment.
        name: its whole name in AWS; None lets CloudFormation choose one.
        default_days: how long logs are kept if the configuration does not say.
        removal_policy: what happens to it with its stack.
    """
    group = logs.LogGroup(scope, construct_id, log_group_name=name, removal_policy=removal_policy)
    resource = cast("logs.CfnLogGroup", group.node.default_child)
    resource.retention_in_days = config.log_retention_days or default_days
    resource.kms_key_id = config.kms_key_arn
    return group
