"""Metrics of the Query Service and its API."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from infra.constructs.observability.watched_resources import MINUTE
from infra.constructs.query_service.query_service import QueryService

_SUM: Final = cloudwatch.Stats.SUM
_AVERAGE: Final = cloudwatch.Stats.AVERAGE

MIN_REQUESTS: Final = 10
"""Requests in a minute below which a percentile says nothing: it is the slowest response."""

MIN_REJECTED: Final = 20
"""4xx responses in a period below which their share counts as 0: one caller can cause them."""


@dataclass(frozen=True, slots=True)
class ServiceMetrics:
    """Metrics of the tasks, the load balancer and the API.

    Attributes:
        service: the tasks and the load balancer.
        api: the API.
        namespace: of the metrics that the tasks emit.
    """

    service: QueryService
    api: apigateway.RestApi
    namespace: str

    def get_cpu(self) -> cloudwatch.Metric:
        """Percent of the tasks' CPU."""
        return self.service.service.metric_cpu_utilization(period=MINUTE, statistic=_AVERAGE)

    def get_memory(self) -> cloudwatch.Metric:
        """Percent of the tasks' memory."""
        return self.service.service.metric_memory_utilization(period=MINUTE, statistic=_AVERAGE)

    def get_missing_tasks(self) -> cloudwatch.MathExpression:
        """Desired tasks that are not running."""
        return cloudwatch.MathExpression(
            expression="desired - running",
            using_metrics={
                "desired": self.get_tasks("DesiredTaskCount"),
                "running": self.get_tasks("RunningTaskCount"),
            },
            period=MINUTE,
            label="missing",
        )

    def get_tasks(self, name: str) -> cloudwatch.Metric:
        """A task count of Container Insights."""
        service = self.service.service
        return cloudwatch.Metric(
            namespace="ECS/ContainerInsights",
            metric_name=name,
            dimensions_map={
                "ClusterName": service.cluster.cluster_name,
                "ServiceName": service.service_name,
            },
            statistic=_AVERAGE,
            period=MINUTE,
        )

    def get_unhealthy_targets(self) -> cloudwatch.Metric:
        """Tasks that fail their health check."""
        return self.service.load_balancer.target_group.metrics.unhealthy_host_count(
            period=MINUTE, statistic=cloudwatch.Stats.MAXIMUM
        )

    def get_healthy_targets(self) -> cloudwatch.Metric:
        """Tasks that pass their health check."""
        return self.service.load_balancer.target_group.metrics.healthy_host_count(
            period=MINUTE, statistic=cloudwatch.Stats.MINIMUM
        )

    def get_requests_per_target(self) -> cloudwatch.Metric:
        """Requests per task and minute."""
        return self.service.load_balancer.target_group.metrics.request_count_per_target(
            period=MINUTE, statistic=_SUM
        )

    def get_service_5xx(self, period: Duration) -> cloudwatch.Metric:
        """5xx responses of the tasks, 503 and 504 included."""
        return self.service.load_balancer.target_group.metrics.http_code_target(
            elbv2.HttpCodeTarget.TARGET_5XX_COUNT, period=period, statistic=_SUM
        )

    def get_load_balancer_5xx(self, period: Duration) -> cloudwatch.Metric:
        """5xx responses of the load balancer itself."""
        return self.service.load_balancer.alb.metrics.http_code_elb(
            elbv2.HttpCodeElb.ELB_5XX_COUNT, period=period, statistic=_SUM
        )

    def get_load_balancer_4xx_percent(self, period: Duration) -> cloudwatch.MathExpression:
        """Percent of requests that the load balancer itself rejected; they reached no task.

        Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
        """
        alb = self.service.load_balancer.alb.metrics
        return cloudwatch.MathExpression(
            # RequestCount has only requests for which a target was chosen.
            expression=f"IF(rejected >= {MIN_REJECTED}, 100 * rejected / (rejected + passed), 0)",
            using_metrics={
                "rejected": alb.http_code_elb(
                    elbv2.HttpCodeElb.ELB_4XX_COUNT, period=period, statistic=_SUM
                ),
                "passed": alb.request_count(period=period, statistic=_SUM),
            },
            period=period,
            label="4xx of the load balancer, percent",
        )

    def get_service_latency(self, statistic: str) -> cloudwatch.Metric:
        """Response time of the tasks, in seconds."""
        return self.service.load_balancer.target_group.metrics.target_response_time(
            period=MINUTE, statistic=statistic
        )

    def get_service_p99(self) -> cloudwatch.MathExpression:
        """p99 of the tasks' response time, in seconds; 0 in a minute of few requests."""
        return _get_p99(self.get_service_latency)

    def get_unreadable_rows(self) -> cloudwatch.Metric:
        """Rows that the service left out of responses, because it could not decode them."""
        return cloudwatch.Metric(
            namespace=self.namespace,
            metric_name="UnreadableRows",
            dimensions_map={"service": "query-api"},
            statistic=_SUM,
            period=MINUTE,
        )

    def get_api_requests(self, period: Duration = MINUTE) -> cloudwatch.Metric:
        """Requests to the API."""
        return self.api.deployment_stage.metric_count(period=period, statistic=_SUM)

    def get_api_4xx_percent(self, period: Duration) -> cloudwatch.MathExpression:
        """Percent of requests that the API rejected, whether the gateway or the tasks did."""
        return cloudwatch.MathExpression(
            expression=f"IF(rejected >= {MIN_REJECTED}, 100 * rejected / requests, 0)",
            using_metrics={
                "rejected": self.api.deployment_stage.metric_client_error(
                    period=period, statistic=_SUM
                ),
                "requests": self.get_api_requests(period),
            },
            period=period,
            label="4xx of the API, percent",
        )

    def get_api_5xx(self, period: Duration) -> cloudwatch.Metric:
        """5xx responses of the API."""
        return self.api.deployment_stage.metric_server_error(period=period, statistic=_SUM)

    def get_api_latency(self, statistic: str) -> cloudwatch.Metric:
        """Response time of the API, in milliseconds."""
        return self.api.deployment_stage.metric_latency(period=MINUTE, statistic=statistic)

    def get_api_p99(self) -> cloudwatch.MathExpression:
        """p99 of the API's response time, in milliseconds; 0 in a minute of few requests."""
        return _get_p99(self.get_api_latency)


def _get_p99(get_latency: Callable[[str], cloudwatch.Metric]) -> cloudwatch.MathExpression:
    """Return p99 where there are enough requests for it.

    An alarm's own rule for few samples would ignore p99 below 1,000 requests.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/percentiles-with-low-samples.html
    """
    return cloudwatch.MathExpression(
        expression=f"IF(requests >= {MIN_REQUESTS}, p99, 0)",
        using_metrics={
            "requests": get_latency(cloudwatch.Stats.SAMPLE_COUNT),
            "p99": get_latency("p99"),
        },
        period=MINUTE,
        label="p99",
    )
