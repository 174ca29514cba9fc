"""One dashboard, read from the top: alarms, capacity, responses, freshness, outcomes, failures."""

from collections.abc import Sequence
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.config.model import Config
from infra.constructs.observability.alarms.service_alarms import MAX_LATENCY_MS
from infra.constructs.observability.alarms.stream_alarms import MAX_AGE_MS
from infra.constructs.observability.outcome_metrics import Outcomes, search_failures
from infra.constructs.observability.service_metrics import ServiceMetrics
from infra.constructs.observability.watched_resources import (
    MINUTE,
    WatchedResources,
    WatchedStream,
)
from notification_models.values import Status

DASHBOARD_NAME: Final = "query-service"

_WIDTH: Final = 24


def create_dashboard(
    scope: Construct,
    metrics: ServiceMetrics,
    resources: WatchedResources,
    alarms: Sequence[cloudwatch.IAlarm],
    *,
    config: Config,
    outcomes: Sequence[Outcomes],
) -> cloudwatch.Dashboard:
    """Create the dashboard, one row for each concern."""
    dashboard = cloudwatch.Dashboard(
        scope,
        "Dashboard",
        dashboard_name=config.prefix(DASHBOARD_NAME),
        default_interval=Duration.hours(3),
    )
    dashboard.add_widgets(
        cloudwatch.AlarmStatusWidget(
            title="Alarms: see docs/runbook.md", width=_WIDTH, alarms=[*alarms]
        )
    )
    dashboard.add_widgets(*_show_tasks(metrics))
    dashboard.add_widgets(*_show_responses(metrics))
    dashboard.add_widgets(*_show_stream(resources.stream))
    if outcomes:
        dashboard.add_widgets(*_show_outcomes(outcomes, config.max_failure_percent))
    dashboard.add_widgets(*_show_failures(metrics, resources))
    return dashboard


def _show_tasks(metrics: ServiceMetrics) -> list[cloudwatch.IWidget]:
    return [
        _graph(
            "Tasks: CPU and memory, percent",
            [metrics.get_cpu(), metrics.get_memory()],
            line=(60, "scaling target"),
        ),
        _graph(
            "Tasks", [metrics.get_tasks("DesiredTaskCount"), metrics.get_tasks("RunningTaskCount")]
        ),
        _graph(
            "Targets: healthy and unhealthy",
            [metrics.get_healthy_targets(), metrics.get_unhealthy_targets()],
        ),
    ]


def _show_responses(metrics: ServiceMetrics) -> list[cloudwatch.IWidget]:
    return [
        _graph("Requests", [metrics.get_api_requests(), metrics.get_requests_per_target()]),
        _graph(
            "Errors: API, load balancer, service",
            [
                metrics.get_api_5xx(MINUTE),
                metrics.get_load_balancer_5xx(MINUTE),
                metrics.get_service_5xx(MINUTE),
            ],
        ),
        _graph(
            "Latency at the API, ms",
            [metrics.get_api_latency(each) for each in ("p50", "p90", "p99")],
            line=(MAX_LATENCY_MS, "alarm"),
        ),
    ]


def _show_stream(stream: WatchedStream) -> list[cloudwatch.IWidget]:
    age = stream.processor.metric(
        "IteratorAge", statistic=cloudwatch.Stats.MAXIMUM, period=MINUTE, label="Lambda"
    )
    return [
        _graph(
            "Stream: age of the oldest record, ms",
            [age, stream.get_emitted("OldestRecordAge", statistic=cloudwatch.Stats.MAXIMUM)],
            line=(MAX_AGE_MS, "alarm"),
        ),
        _graph(
            "Stream: records and rows",
            [
                stream.get_emitted(name, statistic=cloudwatch.Stats.SUM)
                for name in ("Records", "RowsApplied", "RowsAlreadyApplied")
            ],
        ),
        _graph(
            "Stream: failed records, errors, throttles",
            [
                stream.get_emitted("RecordsFailed", statistic=cloudwatch.Stats.SUM),
                stream.processor.metric_errors(period=MINUTE),
                stream.processor.metric_throttles(period=MINUTE),
            ],
        ),
    ]


def _show_outcomes(outcomes: Sequence[Outcomes], max_percent: float) -> list[cloudwatch.IWidget]:
    of_all = outcomes[0]
    return [
        _graph("Notifications: failures by AP", [search_failures(of_all.namespace)]),
        _graph(
            "Notifications: share of failures, percent",
            [each.get_failure_percent() for each in outcomes],
            line=(max_percent, "alarm"),
        ),
        _graph("Notifications: by status", [of_all.count(status) for status in Status]),
    ]


def _show_failures(
    metrics: ServiceMetrics, resources: WatchedResources
) -> list[cloudwatch.IWidget]:
    stream = resources.stream
    return [
        _graph(
            "Quarantine and discarded records",
            [
                stream.quarantine.metric_approximate_number_of_messages_visible(
                    period=MINUTE, statistic=cloudwatch.Stats.MAXIMUM
                ),
                stream.count_discarded(),
                stream.count_lost(),
            ],
        ),
        _graph(
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
        _graph(
            "DynamoDB: throttled requests",
            [
                table.count_throttled(kind)
                for table in resources.tables
                for kind in ("Read", "Write")
            ],
        ),
    ]


def _graph(
    title: str,
    metrics: Sequence[cloudwatch.IMetric],
    *,
    line: tuple[float, str] | None = None,
) -> cloudwatch.GraphWidget:
    annotations = [cloudwatch.HorizontalAnnotation(value=line[0], label=line[1])] if line else []
    return cloudwatch.GraphWidget(
        title=title,
        width=_WIDTH // 3,
        left=[*metrics],
        left_y_axis=cloudwatch.YAxisProps(min=0),
        left_annotations=annotations,
    )
