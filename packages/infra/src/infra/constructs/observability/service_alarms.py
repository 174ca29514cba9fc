"""The alarms of the query service and of its API."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_

from infra.constructs.observability.alarm import NO_DATA_IS_BAD, NO_DATA_IS_WELL, Alarm
from infra.constructs.observability.service_metrics import ServiceMetrics
from infra.constructs.observability.watched_resources import MINUTE

MAX_LATENCY_MS: Final = 500

_FIVE_MINUTES: Final = Duration.minutes(5)
_P99: Final = "p99"


def list_deployment_alarms(metrics: ServiceMetrics) -> list[Alarm]:
    """List the alarms that also roll a deployment back: none is on the ECS service itself."""
    return [
        Alarm(
            name="service-5xx",
            meaning="The query service answers with errors of its own or of DynamoDB.",
            metric=metrics.get_service_5xx(_FIVE_MINUTES),
            threshold=5,
            no_data=NO_DATA_IS_WELL,
        ),
        Alarm(
            name="load-balancer-5xx",
            meaning="The load balancer gets no answer from the tasks, or has none to ask.",
            metric=metrics.get_front_5xx(_FIVE_MINUTES),
            threshold=5,
            no_data=NO_DATA_IS_WELL,
        ),
        Alarm(
            name="service-latency",
            meaning="One answer of the query service in a hundred takes half a second or more.",
            metric=metrics.get_service_latency(_P99),
            threshold=MAX_LATENCY_MS / 1000,
            periods=5,
            datapoints=3,
            no_data=NO_DATA_IS_WELL,
            ignores_few_samples=True,
        ),
    ]


def list_api_alarms(metrics: ServiceMetrics) -> list[Alarm]:
    """List what callers notice."""
    return [
        Alarm(
            name="api-5xx",
            meaning="The API answers callers with errors.",
            metric=metrics.get_api_5xx(_FIVE_MINUTES),
            threshold=5,
            no_data=NO_DATA_IS_WELL,
        ),
        Alarm(
            name="api-latency",
            meaning="One answer of the API in a hundred takes half a second or more.",
            metric=metrics.get_api_latency(_P99),
            threshold=MAX_LATENCY_MS,
            periods=5,
            datapoints=3,
            no_data=NO_DATA_IS_WELL,
            ignores_few_samples=True,
        ),
    ]


def list_task_alarms(metrics: ServiceMetrics) -> list[Alarm]:
    """List what is the matter with tasks."""
    return [
        Alarm(
            name="unhealthy-targets",
            meaning="A task fails its health check, or none is registered.",
            metric=metrics.get_unhealthy_targets(),
            threshold=1,
            periods=3,
            # The load balancer counts as long as there is a target.
            no_data=NO_DATA_IS_BAD,
        ),
        Alarm(
            name="tasks-missing",
            meaning="Fewer tasks run than are wanted: they stop, or cannot start.",
            metric=metrics.get_missing_tasks(),
            threshold=1,
            periods=10,
            # Container Insights counts as long as there is a service.
            no_data=NO_DATA_IS_BAD,
        ),
        Alarm(
            name="cpu",
            meaning="The tasks' CPU is nearly used up, though the service scales at 60 percent.",
            metric=metrics.get_cpu(),
            threshold=85,
            periods=15,
            # That there are no tasks is said by tasks-missing.
            no_data=NO_DATA_IS_WELL,
        ),
        Alarm(
            name="memory",
            meaning="The tasks' memory is nearly used up; above it, they are killed.",
            metric=metrics.get_memory(),
            threshold=80,
            periods=15,
            no_data=NO_DATA_IS_WELL,
        ),
    ]


def list_query_function_alarms(function: lambda_.IFunction) -> list[Alarm]:
    """List what is the matter with the query Lambda."""
    return [
        Alarm(
            name="query-function-errors",
            meaning="The query Lambda fails.",
            metric=function.metric_errors(period=MINUTE),
            threshold=1,
            periods=5,
            datapoints=3,
            no_data=NO_DATA_IS_WELL,
        ),
        Alarm(
            name="query-function-throttles",
            meaning="The query Lambda has no concurrency left.",
            metric=function.metric_throttles(period=MINUTE),
            threshold=1,
            periods=5,
            datapoints=3,
            no_data=NO_DATA_IS_WELL,
        ),
    ]
