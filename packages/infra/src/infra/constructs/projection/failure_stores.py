"""The failure stores: the quarantine queue and the on-failure bucket."""

import jsii
from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.config.model import Config
from infra.constructs.log_group import LOG_DAYS

# A stored record can be redriven as long as it is kept, and its tombstone must outlive that: it
# expires 8 days after the change. Before it is stored, a record waits in the stream for at most
# 12 hours; S3 deletes an expired object within another day.
MAX_RECORD_AGE = Duration.hours(12)
_QUEUE_RETENTION = Duration.days(7)
_BUCKET_RETENTION = Duration.days(6)


class FailureStores(Construct):
    """Both stores. They hold whole records, so both are private, encrypted and TLS only.

    Attributes:
        quarantine: poison records, one a message.
        bucket: the on-failure bucket of the batches that Lambda discarded.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: Config) -> None:
        super().__init__(scope, construct_id)
        self._key = (
            kms.Key.from_key_arn(self, "Key", config.kms_key_arn) if config.kms_key_arn else None
        )
        self.quarantine = sqs.Queue(
            self,
            "Quarantine",
            queue_name=config.prefix("notification-quarantine"),
            retention_period=_QUEUE_RETENTION,
            encryption=sqs.QueueEncryption.KMS if self._key else sqs.QueueEncryption.SQS_MANAGED,
            encryption_master_key=self._key,
            enforce_ssl=True,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        self.bucket = _create_bucket(
            self,
            "GivenUp",
            expiration=_BUCKET_RETENTION,
            key=self._key,
            access_logs=_create_bucket(
                self,
                "AccessLogs",
                expiration=Duration.days(config.log_retention_days or LOG_DAYS),
                # S3 may log the creation itself, and CloudFormation deletes no bucket with objects.
                removal_policy=RemovalPolicy.RETAIN,
            ),
        )

    def allow_key(self, function: lambda_.Function, *actions: str) -> None:
        """Allow actions, such as `Decrypt`, on the stores' key, if they have one of the account."""
        if self._key is not None:
            function.add_to_role_policy(
                iam.PolicyStatement(
                    actions=[f"kms:{each}" for each in actions], resources=[self._key.key_arn]
                )
            )


def _create_bucket(
    scope: Construct,
    construct_id: str,
    *,
    expiration: Duration,
    key: kms.IKey | None = None,
    access_logs: s3.Bucket | None = None,
    removal_policy: RemovalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
) -> s3.Bucket:
    """Create a private bucket.

    Args:
        key: encrypts it; None for S3's own key, the only one that a bucket of access logs can have:
            https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
    """
    return s3.Bucket(
        scope,
        construct_id,
        encryption=s3.BucketEncryption.KMS if key else s3.BucketEncryption.S3_MANAGED,
        encryption_key=key,
        bucket_key_enabled=True if key else None,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        enforce_ssl=True,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        server_access_logs_bucket=access_logs,
        lifecycle_rules=[s3.LifecycleRule(expiration=expiration)],
        removal_policy=removal_policy,
    )


@jsii.implements(lambda_.IEventSourceDlq)
class OnFailureBucket:
    """The bucket as an on-failure destination.

    The CDK's `S3OnFailureDestination` would also allow the function to read and delete.
    """

    def __init__(self, bucket: s3.IBucket) -> None:
        self._bucket = bucket

    def bind(
        self, _target: lambda_.IEventSourceMapping, target_handler: lambda_.IFunction
    ) -> lambda_.DlqDestinationConfig:
        """Allow the function to write to the bucket, and return it for the event source mapping.

        Source: https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
        """
        target_handler.add_to_role_policy(
            iam.PolicyStatement(
                actions=["s3:PutObject"], resources=[self._bucket.arn_for_objects("*")]
            )
        )
        target_handler.add_to_role_policy(
            iam.PolicyStatement(actions=["s3:ListBucket"], resources=[self._bucket.bucket_arn])
        )
        return lambda_.DlqDestinationConfig(destination=self._bucket.bucket_arn)
