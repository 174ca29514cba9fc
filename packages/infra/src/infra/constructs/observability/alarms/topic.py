"""The topic of all alarms: only CloudWatch alarms of this account and EventBridge may publish."""

from typing import Final

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.config.model import Config

TOPIC_NAME: Final = "query-service-alarms"

_CLOUDWATCH: Final = "cloudwatch.amazonaws.com"
_EVENTBRIDGE: Final = "events.amazonaws.com"
_USE_OF_KEY: Final = ("kms:Decrypt", "kms:GenerateDataKey*")


def create_alarm_topic(scope: Construct, *, config: Config) -> sns.Topic:
    """Create the topic: encrypted, TLS only, with a subscription if an address is configured."""
    topic = sns.Topic(
        scope,
        "Topic",
        topic_name=config.prefix(TOPIC_NAME),
        master_key=_create_key(scope),
        enforce_ssl=True,
    )
    # A custom policy replaces SNS's default one, so CloudWatch must be allowed to publish.
    topic.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ServicePrincipal(_CLOUDWATCH)],
            actions=["sns:Publish"],
            resources=[topic.topic_arn],
            conditions=_from_this_account(scope),
        )
    )
    if config.alarm_email is not None:
        topic.add_subscription(subscriptions.EmailSubscription(config.alarm_email))
    return topic


def _create_key(scope: Construct) -> kms.Key:
    """Create a key: CloudWatch may not use the AWS managed key of SNS."""
    key = kms.Key(
        scope,
        "TopicKey",
        description="Encrypts alarm notifications",
        enable_key_rotation=True,
        # SNS keeps no notification after delivery, so the key can go with the stack.
        removal_policy=RemovalPolicy.DESTROY,
    )
    key.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ServicePrincipal(_CLOUDWATCH)],
            actions=[*_USE_OF_KEY],
            resources=["*"],
            conditions=_from_this_account(scope),
        )
    )
    # EventBridge sends no source with its requests, so a condition on it would deny them.
    # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    key.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ServicePrincipal(_EVENTBRIDGE)],
            actions=[*_USE_OF_KEY],
            resources=["*"],
        )
    )
    return key


def _from_this_account(scope: Construct) -> dict[str, dict[str, str]]:
    return {"StringEquals": {"aws:SourceAccount": Stack.of(scope).account}}
