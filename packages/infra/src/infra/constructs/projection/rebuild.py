"""The state machine that rebuilds the read model, segment by segment of the command table."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from infra.config.model import Config
from infra.constructs.log_group import create_log_group

_NAME: Final = "notification-rebuild"
_TIMEOUT: Final = Duration.days(7)


class Rebuild(Construct):
    """Rebuilds segments in parallel; invokes the function for each until it is done.

    Input: `{"total_segments": 100, "max_concurrency": 10}`; at most 1,000 segments. A segment whose
    retries are exhausted fails the execution, which can then be redriven from there.

    Attributes:
        state_machine: the state machine.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        rebuild_segment: lambda_.IFunction,
    ) -> None:
        super().__init__(scope, construct_id)
        name = config.prefix(_NAME)
        self.state_machine = sfn.StateMachine(
            self,
            "StateMachine",
            state_machine_name=name,
            definition_body=sfn.DefinitionBody.from_chainable(self._define(rebuild_segment)),
            timeout=_TIMEOUT,
            tracing_enabled=True,
            logs=sfn.LogOptions(
                destination=create_log_group(
                    self,
                    "Logs",
                    config,
                    # This prefix keeps the log group out of the size-limited resource policy.
                    name=f"/aws/vendedlogs/states/{name}",
                ),
                level=sfn.LogLevel.ALL,
                # The position in a segment holds a transaction id.
                include_execution_data=False,
            ),
        )

    def _define(self, rebuild_segment: lambda_.IFunction) -> sfn.IChainable:
        split = sfn.Pass(
            self,
            "SplitIntoSegments",
            parameters={
                "segments.$": "States.ArrayRange(0, States.MathAdd($.total_segments, -1), 1)",
                "total_segments.$": "$.total_segments",
                "max_concurrency.$": "$.max_concurrency",
            },
        )
        every_segment = sfn.DistributedMap(
            self,
            "EverySegment",
            items_path="$.segments",
            max_concurrency_path="$.max_concurrency",
            item_selector={
                "segment.$": "$$.Map.Item.Value",
                "total_segments.$": "$.total_segments",
            },
            # The counts are in the executions of the segments.
            result_path=sfn.JsonPath.DISCARD,
        )
        every_segment.item_processor(self._define_segment(rebuild_segment))
        return split.next(every_segment)

    def _define_segment(self, rebuild_segment: lambda_.IFunction) -> sfn.IChainable:
        rebuild = tasks.LambdaInvoke(
            self,
            "RebuildSegment",
            lambda_function=rebuild_segment,
            payload_response_only=True,
            retry_on_service_exceptions=False,
        )
        # Retry every error: repeating an invocation is safe.
        rebuild.add_retry(
            errors=[sfn.Errors.ALL], interval=Duration.seconds(5), max_attempts=6, backoff_rate=2
        )
        is_done = sfn.Condition.boolean_equals("$.is_done", value=True)
        done = sfn.Succeed(self, "SegmentDone")
        return rebuild.next(sfn.Choice(self, "IsDone").when(is_done, done).otherwise(rebuild))
