"""The function that projects the command table's stream into the read model."""

from typing import Final, cast

from aws_cdk import Duration, Names
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk.aws_lambda_event_sources import DynamoEventSource
from constructs import Construct

from infra.config.model import Config
from infra.constructs.grants import grant_on_table
from infra.constructs.projection.failure_stores import (
    MAX_RECORD_AGE,
    FailureStores,
    OnFailureBucket,
)
from infra.constructs.python_function import FunctionSpec, create_python_function
from infra.names import STREAM_PROCESSOR_FUNCTION

_BATCH_SIZE: Final = 100
_RETRY_ATTEMPTS: Final = 10
# Longer than five attempts of up to 4 s each, with their waits.
_TIMEOUT: Final = Duration.seconds(30)
# The CDK derives the id from where the table is defined. Another id would replace the mapping, and
# Lambda refuses a second mapping of a stream to a function.
_MAPPING_ID: Final = (
    "StreamProcessorFunctionDynamoDBEventSourcequeryservicedataCommandRecordsCB5496F6C3B79060"
)
# One core: one event loop writes the rows of a batch.
_MEMORY_MIB: Final = 1769


class StreamProcessor(Construct):
    """The stream processor with its event source mapping.

    Attributes:
        function: the function.
        event_source_id: id of the event source mapping.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        code: lambda_.Code,
        command_table: dynamodb.ITable,
        read_table: dynamodb.ITable,
        failures: FailureStores,
    ) -> None:
        """Create the function and the mapping.

        Args:
            code: the package stream-processor with its dependencies.
            command_table: a table with a stream.
        """
        super().__init__(scope, construct_id)
        spec = FunctionSpec(
            name=STREAM_PROCESSOR_FUNCTION,
            description="Projects command records into the read model",
            handler="stream_processor.lambda_handlers.project_stream",
            timeout=_TIMEOUT,
            memory_mib=_MEMORY_MIB,
            environment={
                "QUARANTINE_QUEUE_URL": failures.quarantine.queue_url,
                "READ_TABLE_NAME": read_table.table_name,
                "TTL_DELETES": config.ttl_deletes,
                "METRICS_NAMESPACE": config.metrics_namespace,
                "METRICS_BY_AP": config.metrics_by_ap,
                "WATCHED_AP_IDS": ",".join(config.watched_ap_ids),
            },
            reserved_concurrency=config.processor_reserved_concurrency,
        )
        self.function = create_python_function(self, "Function", spec, code, config)
        grant_on_table(self.function, read_table, "PutItem")
        self.function.add_to_role_policy(
            iam.PolicyStatement(
                actions=["sqs:SendMessage"], resources=[failures.quarantine.queue_arn]
            )
        )
        # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
        failures.allow_key(self.function, "GenerateDataKey", "Decrypt")
        self.event_source_id = self._add_event_source(command_table, failures)

    def _add_event_source(self, command_table: dynamodb.ITable, failures: FailureStores) -> str:
        source = DynamoEventSource(
            command_table,
            # LATEST may miss records that are written while a mapping is created or updated.
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=_BATCH_SIZE,
            # Under load batches fill by themselves; otherwise freshness matters more.
            max_batching_window=Duration.seconds(0),
            bisect_batch_on_error=True,
            retry_attempts=_RETRY_ATTEMPTS,
            max_record_age=MAX_RECORD_AGE,
            report_batch_item_failures=True,
            on_failure=OnFailureBucket(failures.bucket),
            metrics_config=lambda_.MetricsConfig(metrics=[lambda_.MetricType.EVENT_COUNT]),
        )
        self.function.add_event_source(source)
        name = f"DynamoDBEventSource:{Names.node_unique_id(command_table.node)}"
        mapping = self.function.node.find_child(name).node.default_child
        cast("lambda_.CfnEventSourceMapping", mapping).override_logical_id(_MAPPING_ID)
        return source.event_source_mapping_id
