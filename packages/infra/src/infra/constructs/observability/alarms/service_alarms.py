"""Alarms on the Query Service: its tasks, load balancer, rows and query Lambda."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_

from infra.constructs.observability.alarms.alarm import NO_DATA_IS_BAD, NO_DATA_IS_OK, Alarm
from infra.constructs.observability.service_metrics import ServiceMetrics
from infra.constructs.observability.watched_resources import MINUTE

MAX_LATENCY_MS: Final = 500

FIVE_MINUTES: Final = Duration.minutes(5)


def list_deployment_alarms(metrics: ServiceMetrics) -> list[Alarm]:
    """List the alarms that also roll a deployment back: none is on the ECS service itself."""
    return [
        Alarm(
            name="service-5xx",
            severity="Page",
            meaning="The Query Service returns errors of its own or of DynamoDB.",
            metric=metrics.get_service_5xx(FIVE_MINUTES),
            threshold=5,
            no_data=NO_DATA_IS_OK,
        ),
        Alarm(
            name="load-balancer-5xx",
            severity="Page",
            meaning="The load balancer gets no response from the tasks, or has no task.",
            metric=metrics.get_load_balancer_5xx(FIVE_MINUTES),
            threshold=5,
            no_data=NO_DATA_IS_OK,
        ),
        Alarm(
            name="service-latency",
            severity="Page",
            meaning="The slowest 1 percent of the service's responses take 500 ms or longer.",
            metric=metrics.get_service_p99(),
            threshold=MAX_LATENCY_MS / 1000,
            periods=5,
            datapoints=3,
            no_data=NO_DATA_IS_OK,
        ),
    ]


def list_load_balancer_alarms(metrics: ServiceMetrics) -> list[Alarm]:
    """List the alarms on requests that reach no task."""
    return [
        Alarm(
            name="load-balancer-4xx",
            severity="Page",
            meaning="The load balancer itself rejects 10 percent of its requests or more.",
            metric=metrics.get_load_balancer_4xx_percent(FIVE_MINUTES),
            threshold=10,
            periods=3,
            datapoints=2,
            no_data=NO_DATA_IS_OK,
        ),
    ]


def list_row_alarms(metrics: ServiceMetrics) -> list[Alarm]:
    """List the alarms on the rows that the service reads."""
    return [
        Alarm(
            name="unreadable-rows",
            severity="Ticket",
            meaning="The service cannot read rows of the read model and leaves them out.",
            metric=metrics.get_unreadable_rows(),
            threshold=1,
            no_data=NO_DATA_IS_OK,
        ),
    ]


def list_task_alarms(metrics: ServiceMetrics) -> list[Alarm]:
    """List the alarms on tasks."""
    return [
        Alarm(
            name="unhealthy-targets",
            severity="Page",
            meaning="A task fails its health check, or none is registered.",
            metric=metrics.get_unhealthy_targets(),
            threshold=1,
            periods=3,
            # Without data no target is registered.
            no_data=NO_DATA_IS_BAD,
        ),
        Alarm(
            name="tasks-missing",
            severity="Page",
            meaning="Fewer tasks run than desired: they stop, or cannot start.",
            metric=metrics.get_missing_tasks(),
            threshold=1,
            periods=10,
            # Container Insights emits data as long as the service exists.
            no_data=NO_DATA_IS_BAD,
        ),
        Alarm(
            name="cpu",
            severity="Ticket",
            meaning="The tasks use nearly all their CPU, although they scale at 60 percent.",
            metric=metrics.get_cpu(),
            threshold=85,
            periods=15,
            # tasks-missing covers the case of no tasks.
            no_data=NO_DATA_IS_OK,
        ),
        Alarm(
            name="memory",
            severity="Ticket",
            meaning="The tasks use nearly all their memory; above it, they are killed.",
            metric=metrics.get_memory(),
            threshold=80,
            periods=15,
            no_data=NO_DATA_IS_OK,
        ),
    ]


def list_query_function_alarms(function: lambda_.IFunction) -> list[Alarm]:
    """List the alarms on the query Lambda."""
    return [
        Alarm(
            name="query-function-errors",
            severity="Ticket",
            meaning="The query Lambda fails.",
            metric=function.metric_errors(period=MINUTE),
            threshold=1,
            periods=5,
            datapoints=3,
            no_data=NO_DATA_IS_OK,
        ),
        Alarm(
            name="query-function-throttles",
            severity="Ticket",
            meaning="The query Lambda has no concurrency left.",
            metric=function.metric_throttles(period=MINUTE),
            threshold=1,
            periods=5,
            datapoints=3,
            no_data=NO_DATA_IS_OK,
        ),
    ]
