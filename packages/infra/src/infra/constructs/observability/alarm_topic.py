"""Where alarms go: a topic that only CloudWatch's alarms of this account may publish to."""

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


def create_alarm_topic(scope: Construct, *, config: Config) -> sns.Topic:
    """Make the topic, encrypted, over TLS only, with a subscription where an address is given."""
    topic = sns.Topic(
        scope, "Topic", topic_name=TOPIC_NAME, master_key=_create_key(scope), enforce_ssl=True
    )
    # A topic with a policy has no other: without this the alarms would go off unheard.
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
    """Make a key of its own: CloudWatch may not use the one that AWS keeps for SNS."""
    key = kms.Key(
        scope,
        "TopicKey",
        description="Encrypts alarms on their way",
        enable_key_rotation=True,
        # Nothing lasting is encrypted with it.
        removal_policy=RemovalPolicy.DESTROY,
    )
    key.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ServicePrincipal(_CLOUDWATCH)],
            actions=["kms:Decrypt", "kms:GenerateDataKey*"],
            resources=["*"],
            conditions=_from_this_account(scope),
        )
    )
    return key


def _from_this_account(scope: Construct) -> dict[str, dict[str, str]]:
    return {"StringEquals": {"aws:SourceAccount": Stack.of(scope).account}}
