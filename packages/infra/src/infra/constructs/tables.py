"""The tables, as `notification_models.schema` defines them, and references to them."""

from typing import Final

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from constructs import Construct

from notification_models import schema

_TYPES: Final = {"S": dynamodb.AttributeType.STRING, "N": dynamodb.AttributeType.NUMBER}

# The other mode counts, and charges for, every request.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/contributorinsights_HowItWorks.html
_THROTTLED_KEYS: Final = dynamodb.ContributorInsightsSpecification(
    enabled=True, mode=dynamodb.ContributorInsightsMode.THROTTLED_KEYS
)


def create_table(
    scope: Construct,
    construct_id: str,
    table: schema.Table,
    name: str,
    *,
    deletion_protection: bool,
    contributor_insights: bool,
) -> dynamodb.Table:
    """Create a table that outlives its stack.

    `TableV2` would create a global table; there is one region.

    Args:
        name: its name in this deployment.
        deletion_protection: whether DynamoDB refuses to delete it.
        contributor_insights: whether CloudWatch shows the throttled keys of table and indexes.
    """
    insights = _THROTTLED_KEYS if contributor_insights else None
    created = dynamodb.Table(
        scope,
        construct_id,
        table_name=name,
        partition_key=_encode_key(table.partition_key),
        sort_key=_encode_key(table.sort_key),
        billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
        stream=dynamodb.StreamViewType(table.stream_view_type) if table.stream_view_type else None,
        time_to_live_attribute=table.ttl_attribute,
        point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=True
        ),
        # The AWS managed key: CloudTrail logs its use, unlike that of a key that DynamoDB owns. A
        # key of our own could be deleted, and the data with it.
        encryption=dynamodb.TableEncryption.AWS_MANAGED,
        contributor_insights_specification=insights,
        deletion_protection=deletion_protection,
        # If the creation of the stack fails, the empty table must go: its name would block the next
        # attempt. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
        removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    )
    for index in table.indexes:
        created.add_global_secondary_index(
            index_name=index.name,
            partition_key=_encode_key(index.partition_key),
            sort_key=_encode_key(index.sort_key),
            projection_type=dynamodb.ProjectionType.ALL,
            contributor_insights_specification=insights,
        )
    return created


def refer_to_table(
    scope: Construct,
    construct_id: str,
    name: str,
    *,
    stream_arn: str | None = None,
    key_arn: str | None = None,
) -> dynamodb.ITable:
    """Refer to a table of another stack by its name, without an export of that stack.

    Args:
        stream_arn: of its stream, if that is read.
        key_arn: of the customer managed key that encrypts it; None for one of AWS.
    """
    key = kms.Key.from_key_arn(scope, f"{construct_id}Key", key_arn) if key_arn else None
    return dynamodb.Table.from_table_attributes(
        scope, construct_id, table_name=name, table_stream_arn=stream_arn, encryption_key=key
    )


def _encode_key(key: schema.KeyAttribute) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=key.name, type=_TYPES[key.type])
