"""The tables, the quarantine queue and the on-failure bucket in the emulator."""

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from local_stack.emulator.aws_access import REGION, get_reason
from local_stack.exceptions import EndpointError, LocalStackError
from notification_models.schema import (
    COMMAND_RECORDS,
    NOTIFICATION_RECORDS,
    Table,
    encode_create_table,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

QUARANTINE_QUEUE: Final = "notification-quarantine"
ON_FAILURE_BUCKET: Final = "stream-processor-failures"

# A record can be redriven as long as it is kept; tombstones must outlive that, and last 8 days.
_QUARANTINE_RETENTION_S: Final = 7 * 24 * 3600

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Resources:
    """The names that AWS assigned to the created resources."""

    stream_arn: str
    quarantine_queue_url: str


def check_endpoint(dynamodb: "DynamoDBClient", *, option: str) -> None:
    """Check that a DynamoDB that runs elsewhere responds.

    Args:
        option: the command-line option of its endpoint, for the error's text.

    Raises:
        EndpointError: it does not, or it refuses the request.
    """
    try:
        dynamodb.list_tables(Limit=1)
    except (BotoCoreError, ClientError) as error:
        raise EndpointError(dynamodb.meta.endpoint_url, get_reason(error), option) from error


def create_resources(dynamodb: "DynamoDBClient", sqs: "SQSClient", s3: "S3Client") -> Resources:
    """Create the missing resources and indexes; existing ones keep their data.

    Raises:
        LocalStackError: a resource could not be created.
    """
    try:
        for table in (COMMAND_RECORDS, NOTIFICATION_RECORDS):
            _create_table(dynamodb, table)
        queue_url = _create_queue(sqs)
        _create_bucket(s3)
        return Resources(_get_stream_arn(dynamodb, COMMAND_RECORDS), queue_url)
    except (BotoCoreError, ClientError) as error:
        raise LocalStackError(f"a table, queue or bucket could not be created: {error}") from error


def _create_table(dynamodb: "DynamoDBClient", table: Table) -> None:
    try:
        dynamodb.create_table(**encode_create_table(table))
    except dynamodb.exceptions.ResourceInUseException:
        # Kept from an earlier run, perhaps of a release with fewer indexes.
        _add_missing_indexes(dynamodb, table)
        return
    dynamodb.get_waiter("table_exists").wait(TableName=table.name, WaiterConfig={"Delay": 1})
    if table.ttl_attribute:
        dynamodb.update_time_to_live(
            TableName=table.name,
            TimeToLiveSpecification={"Enabled": True, "AttributeName": table.ttl_attribute},
        )


def _add_missing_indexes(dynamodb: "DynamoDBClient", table: Table) -> None:
    described = dynamodb.describe_table(TableName=table.name)["Table"]
    existing = {index["IndexName"] for index in described.get("GlobalSecondaryIndexes", [])}
    request = encode_create_table(table)
    for index in request.get("GlobalSecondaryIndexes", []):
        if index["IndexName"] in existing:
            continue
        dynamodb.update_table(
            TableName=table.name,
            AttributeDefinitions=request["AttributeDefinitions"],
            GlobalSecondaryIndexUpdates=[{"Create": index}],
        )
        _logger.warning(
            "index %s is new: rows of an earlier release are in it after "
            "`uv run stream-processor rebuild`",
            index["IndexName"],
        )


def _create_queue(sqs: "SQSClient") -> str:
    try:
        # Kept from an earlier run, perhaps on another port: CreateQueue would not find it there,
        # because the emulator keys queues by URL.
        return sqs.get_queue_url(QueueName=QUARANTINE_QUEUE)["QueueUrl"]
    except sqs.exceptions.QueueDoesNotExist:
        return sqs.create_queue(
            QueueName=QUARANTINE_QUEUE,
            Attributes={"MessageRetentionPeriod": str(_QUARANTINE_RETENTION_S)},
        )["QueueUrl"]


def _create_bucket(s3: "S3Client") -> None:
    try:
        s3.create_bucket(
            Bucket=ON_FAILURE_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
    except s3.exceptions.BucketAlreadyOwnedByYou:
        # Kept from an earlier run.
        return


def _get_stream_arn(dynamodb: "DynamoDBClient", table: Table) -> str:
    arn = dynamodb.describe_table(TableName=table.name)["Table"].get("LatestStreamArn")
    if not arn:
        raise LocalStackError(f"table {table.name} has no stream")
    return arn
