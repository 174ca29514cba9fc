"""Rows on what callers get: availability, tasks, responses, and queries by route."""

from typing import Final

from aws_cdk import aws_cloudwatch as cloudwatch

from infra.constructs.observability.alarms.service_alarms import MAX_LATENCY_MS
from infra.constructs.observability.availability import BURNS, TARGET_PERCENT, WINDOW, Availability
from infra.constructs.observability.dashboard.graph import WIDTH, graph
from infra.constructs.observability.query_metrics import (
    search_failed_requests,
    search_latency,
    search_requests,
)
from infra.constructs.observability.service_metrics import ServiceMetrics
from infra.constructs.observability.watched_resources import MINUTE

_HEIGHT: Final = 6


def show_availability(availability: Availability) -> list[cloudwatch.IWidget]:
    """Show the figure of 30 days, whatever range the dashboard shows, then how fast it falls."""
    days = WINDOW.to_days()
    return [
        cloudwatch.SingleValueWidget(
            title=f"Availability of {days:g} days: objective {TARGET_PERCENT:g} percent",
            metrics=[availability.get_percent(), availability.get_budget_percent()],
            start=f"-P{days:g}D",
            set_period_to_time_range=True,
            full_precision=True,
            width=WIDTH // 3,
            height=_HEIGHT,
        ),
        *(
            graph(
                f"Availability: burn rate, {each.long.to_human_string()}",
                [availability.get_burn_rate(each.long)],
                line=(each.rate, "alarm"),
            )
            for each in BURNS
        ),
    ]


def show_tasks(metrics: ServiceMetrics) -> list[cloudwatch.IWidget]:
    """Show the capacity of the service."""
    return [
        graph(
            "Tasks: CPU and memory, percent",
            [metrics.get_cpu(), metrics.get_memory()],
            line=(60, "scaling target"),
        ),
        graph(
            "Tasks", [metrics.get_tasks("DesiredTaskCount"), metrics.get_tasks("RunningTaskCount")]
        ),
        graph(
            "Targets: healthy and unhealthy",
            [metrics.get_healthy_targets(), metrics.get_unhealthy_targets()],
        ),
    ]


def show_responses(metrics: ServiceMetrics) -> list[cloudwatch.IWidget]:
    """Show requests and their responses at the API."""
    return [
        graph("Requests", [metrics.get_api_requests(), metrics.get_requests_per_target()]),
        graph(
            "Errors: API, load balancer, service",
            [
                metrics.get_api_5xx(MINUTE),
                metrics.get_load_balancer_5xx(MINUTE),
                metrics.get_service_5xx(MINUTE),
            ],
        ),
        graph(
            "Latency at the API, ms",
            [metrics.get_api_latency(each) for each in ("p50", "p90", "p99")],
            line=(MAX_LATENCY_MS, "alarm"),
        ),
    ]


def show_queries(metrics: ServiceMetrics) -> list[cloudwatch.IWidget]:
    """Show the service's requests by route: queries, summaries and the console."""
    return [
        graph("Queries: p99 of the service by route, ms", [search_latency(metrics.namespace)]),
        graph("Queries: requests by route", [search_requests(metrics.namespace)]),
        graph(
            "Queries: requests that fail, by route and outcome",
            [search_failed_requests(metrics.namespace)],
        ),
    ]
