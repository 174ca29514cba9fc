"""One dashboard, read from the top: alarms, availability, capacity, responses, then the data."""

from collections.abc import Sequence
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.config.model import Config
from infra.constructs.observability.availability import Availability
from infra.constructs.observability.dashboard.graph import WIDTH
from infra.constructs.observability.dashboard.service_rows import (
    show_availability,
    show_queries,
    show_responses,
    show_tasks,
)
from infra.constructs.observability.dashboard.stream_rows import (
    show_failures,
    show_outcomes,
    show_stream,
)
from infra.constructs.observability.outcome_metrics import Outcomes
from infra.constructs.observability.service_metrics import ServiceMetrics
from infra.constructs.observability.watched_resources import WatchedResources

DASHBOARD_NAME: Final = "query-service"


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
            title="Alarms: see docs/runbook.md", width=WIDTH, alarms=[*alarms]
        )
    )
    dashboard.add_widgets(*show_availability(Availability(metrics)))
    dashboard.add_widgets(*show_tasks(metrics))
    dashboard.add_widgets(*show_responses(metrics))
    dashboard.add_widgets(*show_queries(metrics))
    dashboard.add_widgets(*show_stream(resources.stream))
    if outcomes:
        dashboard.add_widgets(*show_outcomes(outcomes, config.max_failure_percent))
    dashboard.add_widgets(*show_failures(metrics, resources))
    return dashboard
