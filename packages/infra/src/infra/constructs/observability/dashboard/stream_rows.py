"""Rows on the read model: the stream, the outcomes of notifications, and what failed."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from infra.constructs.observability.alarms.stream_alarms import MAX_AGE_MS
from infra.constructs.observability.dashboard.graph import graph
from infra.constructs.observability.outcome_metrics import Outcomes, search_failures
from infra.constructs.observability.service_metrics import ServiceMetrics
from infra.constructs.observability.watched_resources import (
    MINUTE,
    WatchedResources,
    WatchedStream,
)
from notification_models.values import Status


def show_stream(stream: WatchedStream) -> list[cloudwatch.IWidget]:
    """Show how late the read model is, and what the stream processor does."""
    age = stream.processor.metric(
        "IteratorAge", statistic=cloudwatch.Stats.MAXIMUM, period=MINUTE, label="Lambda"
    )
    return [
        graph(
            "Stream: age of the oldest record, ms",
            [age, stream.get_emitted("OldestRecordAge", statistic=cloudwatch.Stats.MAXIMUM)],
            line=(MAX_AGE_MS, "alarm"),
        ),
        graph(
            "Stream: records and rows",
            [
                stream.get_emitted(name, statistic=cloudwatch.Stats.SUM)
                for name in ("Records", "RowsApplied", "RowsAlreadyApplied")
            ],
        ),
        graph(
            "Stream: failed records, errors, throttles",
            [
                stream.get_emitted("RecordsFailed", statistic=cloudwatch.Stats.SUM),
                stream.processor.metric_errors(period=MINUTE),
                stream.processor.metric_throttles(period=MINUTE),
            ],
        ),
    ]


def show_outcomes(outcomes: Sequence[Outcomes], max_percent: float) -> list[cloudwatch.IWidget]:
    """Show what became of notifications: failures of each AP, their share, and all by status."""
    of_all = outcomes[0]
    return [
        graph("Notifications: failures by AP", [search_failures(of_all.namespace)]),
        graph(
            "Notifications: share of failures, percent",
            [each.get_failure_percent() for each in outcomes],
            line=(max_percent, "alarm"),
        ),
        graph("Notifications: by status", [of_all.count(status) for status in Status]),
    ]


def show_failures(metrics: ServiceMetrics, resources: WatchedResources) -> list[cloudwatch.IWidget]:
    """Show what waits for a repair, and what slows the tables down."""
    stream = resources.stream
    return [
        graph(
            "Quarantine and discarded records",
            [
                stream.quarantine.metric_approximate_number_of_messages_visible(
                    period=MINUTE, statistic=cloudwatch.Stats.MAXIMUM
                ),
                stream.count_discarded(),
                stream.count_lost(),
            ],
        ),
        graph(
            "Read model: unreadable rows, differences found by verify",
            [
                metrics.get_unreadable_rows(),
                *(
                    stream.get_emitted(
                        name, statistic=cloudwatch.Stats.MAXIMUM, period=Duration.hours(1)
                    )
                    for name in ("MissingRows", "StaleRows", "OrphanRows")
                ),
            ],
        ),
        graph(
            "DynamoDB: throttled requests",
            [
                table.count_throttled(kind)
                for table in resources.tables
                for kind in ("Read", "Write")
            ],
        ),
    ]
