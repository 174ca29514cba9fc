"""The resources that alarms and the dashboard watch, with metrics of some."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from infra.constructs.query_service.query_service import QueryService
from notification_models.schema import Table

MINUTE: Final = Duration.minutes(1)

# A metric plus this has a value at each time: it is not sparse, and in a sum a missing value is 0.
# AWS does not say whether FILL also fills a metric that has had no data.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
_ZEROS: Final = "TIME_SERIES(0)"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedStream:
    """The stream of command records and what reads it.

    Attributes:
        processor: the function that projects.
        event_source_id: id of the event source mapping that invokes it, with event counts enabled.
        quarantine: the queue of poison records.
        verify: the function that compares both tables.
        namespace: of the metrics that both functions emit.
    """

    processor: lambda_.IFunction
    event_source_id: str
    quarantine: sqs.IQueue
    verify: lambda_.IFunction
    namespace: str

    def count_unread(self, commands: "WatchedTable", period: Duration) -> cloudwatch.MathExpression:
        """Count the write units of the command table if nothing invoked the processor meanwhile.

        A disabled event source mapping, or one that cannot read the stream, emits nothing itself.
        """
        return cloudwatch.MathExpression(
            expression=f"IF((invocations + {_ZEROS}) > 0, 0, written + {_ZEROS})",
            using_metrics={
                "invocations": self.processor.metric_invocations(
                    period=period, statistic=cloudwatch.Stats.SUM
                ),
                "written": commands.count_written(period),
            },
            period=period,
            label="written, not read",
        )

    def count_missed_verifications(self, period: Duration) -> cloudwatch.MathExpression:
        """Count 1 for a period in which no run of verify reported its result."""
        return cloudwatch.MathExpression(
            expression=f"IF((reports + {_ZEROS}) > 0, 0, 1)",
            using_metrics={
                "reports": self.get_emitted(
                    "Differences", statistic=cloudwatch.Stats.SAMPLE_COUNT, period=period
                )
            },
            period=period,
            label="verify did not run",
        )

    def count_discarded(self) -> cloudwatch.Metric:
        """Count the records that Lambda discarded and stored in the on-failure bucket."""
        return cloudwatch.Metric(
            namespace="AWS/Lambda",
            metric_name="OnFailureDestinationDeliveredEventCount",
            dimensions_map={"EventSourceMappingUUID": self.event_source_id},
            statistic=cloudwatch.Stats.SUM,
            period=MINUTE,
        )

    def count_lost(self) -> cloudwatch.Metric:
        """Count the failures to store them."""
        return self.processor.metric(
            "DestinationDeliveryFailures",
            statistic=cloudwatch.Stats.SUM,
            period=MINUTE,
        )

    def get_emitted(
        self, name: str, *, statistic: str, period: Duration = MINUTE
    ) -> cloudwatch.Metric:
        """Return a metric that the stream processor or an operator tool emits itself."""
        return cloudwatch.Metric(
            namespace=self.namespace,
            metric_name=name,
            dimensions_map={"service": "stream-processor"},
            statistic=statistic,
            period=period,
        )


@dataclass(frozen=True, slots=True)
class WatchedTable:
    """A table and its indexes.

    Attributes:
        schema: its keys and indexes.
        name: its name in this deployment.
    """

    schema: Table
    name: str

    def count_written(self, period: Duration) -> cloudwatch.Metric:
        """Count the write units that the table consumed."""
        return cloudwatch.Metric(
            namespace="AWS/DynamoDB",
            metric_name="ConsumedWriteCapacityUnits",
            dimensions_map={"TableName": self.name},
            statistic=cloudwatch.Stats.SUM,
            period=period,
        )

    def count_throttled(self, kind: Literal["Read", "Write"]) -> cloudwatch.MathExpression:
        """Count throttled requests of the table and its indexes; a throttled index stops writes.

        A missing count is zero: DynamoDB emits one only when it throttles. An alarm on its metrics
        would keep its state when they are missing.

        Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
        """
        indexes = [{"GlobalSecondaryIndexName": index.name} for index in self.schema.indexes]
        # Metric ids must be unique within a graph.
        prefix = f"{self.schema.name.replace('-', '_')}_{kind.lower()}"
        metrics: dict[str, cloudwatch.IMetric] = {
            f"{prefix}_{number}": cloudwatch.Metric(
                namespace="AWS/DynamoDB",
                metric_name=f"{kind}ThrottleEvents",
                dimensions_map={"TableName": self.name, **dimension},
                statistic=cloudwatch.Stats.SUM,
                period=MINUTE,
            )
            for number, dimension in enumerate([{}, *indexes])
        }
        return cloudwatch.MathExpression(
            expression=" + ".join([*metrics, _ZEROS]),
            using_metrics=metrics,
            period=MINUTE,
            label=f"{self.schema.name}: {kind.lower()}s throttled",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedResources:
    """Everything that alarms and the dashboard watch.

    Attributes:
        commands: the command table.
        rows: the read model's table.
        stack_names: the stacks whose deployments can fail.
        query_function: the query Lambda; None if the tasks query the read model themselves.
    """

    service: QueryService
    api: apigateway.RestApi
    stream: WatchedStream
    commands: WatchedTable
    rows: WatchedTable
    stack_names: Sequence[str]
    query_function: lambda_.IFunction | None

    @property
    def tables(self) -> Sequence[WatchedTable]:
        """Both tables."""
        return self.commands, self.rows
