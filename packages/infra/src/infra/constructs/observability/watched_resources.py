"""What is watched, and the metrics that tell how it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from notification_models.names import METRIC_NAMESPACE
from notification_models.schema import Table

MINUTE: Final = Duration.minutes(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedStream:
    """The way from the command side to the read model.

    Attributes:
        processor: the function that projects.
        event_source_id: id of the event source mapping that invokes it; its event counts are on.
        quarantine: the queue of poison records.
        verify: the function that compares both sides.
    """

    processor: lambda_.IFunction
    event_source_id: str
    quarantine: sqs.IQueue
    verify: lambda_.IFunction

    def count_given_up(self) -> cloudwatch.Metric:
        """Count the records that Lambda gave up on and put into the bucket of failures."""
        return cloudwatch.Metric(
            namespace="AWS/Lambda",
            metric_name="OnFailureDestinationDeliveredEventCount",
            dimensions_map={"EventSourceMappingUUID": self.event_source_id},
            statistic=cloudwatch.Stats.SUM,
            period=MINUTE,
        )

    def count_lost(self) -> cloudwatch.Metric:
        """Count the failures to put them there."""
        return self.processor.metric(
            "DestinationDeliveryFailures",
            statistic=cloudwatch.Stats.SUM,
            period=MINUTE,
        )

    def emitted(self, name: str, *, statistic: str, period: Duration = MINUTE) -> cloudwatch.Metric:
        """Find a metric that the stream processor or one of its tools emits itself."""
        return cloudwatch.Metric(
            namespace=METRIC_NAMESPACE,
            metric_name=name,
            dimensions_map={"service": "stream-processor"},
            statistic=statistic,
            period=period,
        )


@dataclass(frozen=True, slots=True)
class WatchedTable:
    """A table and its indexes.

    Attributes:
        schema: what it is.
        name: its name in this deployment.
    """

    schema: Table
    name: str

    def count_throttled(self, kind: Literal["Read", "Write"]) -> cloudwatch.MathExpression:
        """Count throttled requests; an index has a count of its own, and a full one stops writes.

        Missing counts are none: DynamoDB emits one only when something was throttled.
        """
        indexes = [{"GlobalSecondaryIndexName": index.name} for index in self.schema.indexes]
        # An id is one metric's in all of a graph.
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
            expression=" + ".join(f"FILL({name}, 0)" for name in metrics),
            using_metrics=metrics,
            period=MINUTE,
            label=f"{self.schema.name}: {kind.lower()}s throttled",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """Everything that alarms and the dashboard are about, but the service and its API."""

    stream: WatchedStream
    tables: Sequence[WatchedTable]
    query_function: lambda_.IFunction | None
