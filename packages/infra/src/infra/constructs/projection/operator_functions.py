"""The operator tools as functions: verify on a schedule, redrive and rebuild on demand."""

from collections.abc import Mapping
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.config.model import Config
from infra.constructs.grants import grant_on_table, grant_query_of_index
from infra.constructs.projection.failure_stores import FailureStores
from infra.constructs.projection.rebuild import Rebuild
from infra.constructs.python_function import FunctionSpec, create_python_function
from infra.names import REBUILD_SEGMENT_FUNCTION, REDRIVE_FUNCTION, VERIFY_FUNCTION
from notification_models.schema import TRANSACTION_INDEX

# Lambda's maximum. Each tool stops in time and reports its progress.
_TIMEOUT: Final = Duration.minutes(15)
_MEMORY_MIB: Final = 1769
_VERIFY_INTERVAL: Final = Duration.hours(1)
_VERIFY_SAMPLE_PERCENT: Final = 1


class OperatorFunctions(Construct):
    """The operator tools, each with a role of its own.

    Attributes:
        verify: compares a sample of both tables every hour; may not write.
        redrive: redrives the queue or the bucket, as its event says.
        rebuild: the state machine that rebuilds the read model.
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
        """Create them; other arguments as for `StreamProcessor`.

        Args:
            code: the package stream-processor with its extra `operations`.
        """
        super().__init__(scope, construct_id)
        self._config = config
        self._code = code
        self._commands = command_table
        self._read_model = read_table
        self._environment = {
            "COMMAND_TABLE_NAME": command_table.table_name,
            "READ_TABLE_NAME": read_table.table_name,
            "TTL_DELETES": config.ttl_deletes,
            "METRICS_NAMESPACE": config.metrics_namespace,
        }
        self.verify = self._create_verify()
        self.redrive = self._create_redrive(failures)
        self.rebuild = Rebuild(
            self, "Rebuild", config=config, rebuild_segment=self._create_rebuild_segment()
        )

    def _create_verify(self) -> lambda_.Function:
        function = self._create_function(
            VERIFY_FUNCTION, "Compares the read model with the command records"
        )
        grant_on_table(function, self._commands, "Scan", "BatchGetItem")
        grant_on_table(function, self._read_model, "Scan", "BatchGetItem")
        # The next run comes within an hour.
        function.configure_async_invoke(retry_attempts=0)
        events.Rule(
            self,
            "VerifySchedule",
            description="Verifies a sample of the read model",
            schedule=events.Schedule.rate(_VERIFY_INTERVAL),
            targets=[
                targets.LambdaFunction(
                    function,
                    event=events.RuleTargetInput.from_object(
                        {"sample_percent": _VERIFY_SAMPLE_PERCENT}
                    ),
                )
            ],
        )
        return function

    def _create_redrive(self, failures: FailureStores) -> lambda_.Function:
        queue, bucket = failures.quarantine, failures.bucket
        function = self._create_function(
            REDRIVE_FUNCTION,
            "Redrives stored failures",
            {"QUARANTINE_QUEUE_URL": queue.queue_url, "FAILURES_BUCKET": bucket.bucket_name},
        )
        self._grant_repairs(function)
        for actions, resource in (
            (["sqs:ReceiveMessage", "sqs:ChangeMessageVisibility"], queue.queue_arn),
            (["sqs:DeleteMessage"], queue.queue_arn),
            (["s3:ListBucket"], bucket.bucket_arn),
            (["s3:GetObject", "s3:DeleteObject"], bucket.arn_for_objects("aws/lambda/*")),
        ):
            function.add_to_role_policy(iam.PolicyStatement(actions=actions, resources=[resource]))
        failures.allow_key(function, "Decrypt")
        return function

    def _create_rebuild_segment(self) -> lambda_.Function:
        function = self._create_function(
            REBUILD_SEGMENT_FUNCTION, "Rebuilds a segment of the read model"
        )
        grant_on_table(function, self._commands, "Scan")
        self._grant_repairs(function)
        return function

    def _grant_repairs(self, function: lambda_.Function) -> None:
        grant_on_table(function, self._commands, "BatchGetItem")
        grant_on_table(function, self._read_model, "BatchGetItem", "PutItem")
        grant_query_of_index(function, self._read_model, TRANSACTION_INDEX)

    def _create_function(
        self, name: str, description: str, environment: Mapping[str, str] | None = None
    ) -> lambda_.Function:
        tool = name.removeprefix("notification-").replace("-", "_")
        spec = FunctionSpec(
            name=name,
            description=description,
            handler=f"stream_processor.lambda_handlers.{tool}",
            timeout=_TIMEOUT,
            memory_mib=_MEMORY_MIB,
            environment={**self._environment, **(environment or {})},
        )
        construct_id = tool.title().replace("_", "")
        return create_python_function(self, construct_id, spec, self._code, self._config)
