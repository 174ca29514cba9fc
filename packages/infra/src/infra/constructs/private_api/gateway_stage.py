"""The stage of the private API: logs, limits, tracing, and the cache where it is on."""

import json
from typing import Any, Final

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from infra.config.model import Config
from infra.constructs.log_group import create_log_group
from infra.constructs.private_api.routes import QUERIES, STAGE
from infra.constructs.query_service.query_service import REQUESTS_PER_TASK_PER_S

_CACHE_CLUSTER_SIZE_GB: Final = "0.5"

# Logs no bodies, no query string, and only the path template: with caching on, the query string
# holds an id.
_ACCESS_LOG_FIELDS: Final = {
    "request_id": "$context.requestId",
    "extended_request_id": "$context.extendedRequestId",
    "trace_id": "$context.xrayTraceId",
    "time": "$context.requestTimeEpoch",
    "method": "$context.httpMethod",
    "route": "$context.resourcePath",
    "status": "$context.status",
    "latency_ms": "$context.responseLatency",
    "integration_status": "$context.integration.status",
    "integration_latency_ms": "$context.integration.latency",
    "integration_error": "$context.integration.error",
    "response_bytes": "$context.responseLength",
    "error": "$context.error.responseType",
    "vpc_endpoint": "$context.identity.vpceId",
}


def create_stage_options(scope: Construct, config: Config) -> apigateway.StageOptions:
    """Create the stage. Only the GET queries are cached: see `cached_queries`."""
    log_group = create_log_group(
        scope, "AccessLogs", config, removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
    )
    return apigateway.StageOptions(
        stage_name=STAGE,
        access_log_destination=apigateway.LogGroupLogDestination(log_group),
        access_log_format=apigateway.AccessLogFormat.custom(json.dumps(_ACCESS_LOG_FIELDS)),
        # A trace has the whole URL, and with caching on, the query string holds an id.
        # https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-understanding-xray-traces.html
        tracing_enabled=not config.cache_ttl_seconds,
        **_create_method_settings(config),
        **(_create_cache(config) if config.cache_ttl_seconds else {}),
    )


def keep_execution_log(scope: Construct, config: Config, api: apigateway.RestApi) -> None:
    """Create the log group of the stage's errors, before API Gateway would: its own never expires.

    Source of the name: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
    """
    log_group = create_log_group(
        scope,
        "ExecutionLogs",
        config,
        name=f"API-Gateway-Execution-Logs_{api.rest_api_id}/{STAGE}",
        removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    )
    api.deployment_stage.node.add_dependency(log_group)


def _create_method_settings(config: Config) -> dict[str, Any]:
    """Return the settings of all methods, limited to what the tasks can take at most."""
    requests_per_s = config.max_tasks * REQUESTS_PER_TASK_PER_S
    return {
        "logging_level": apigateway.MethodLoggingLevel.ERROR,
        # It would log bodies.
        "data_trace_enabled": False,
        "metrics_enabled": True,
        "throttling_rate_limit": requests_per_s,
        "throttling_burst_limit": requests_per_s,
    }


def _create_cache(config: Config) -> dict[str, Any]:
    cached = apigateway.MethodDeploymentOptions(
        caching_enabled=True,
        cache_data_encrypted=True,
        cache_ttl=Duration.seconds(config.cache_ttl_seconds),
        # A method with settings of its own inherits none.
        **_create_method_settings(config),
    )
    return {
        "cache_cluster_enabled": True,
        "cache_cluster_size": _CACHE_CLUSTER_SIZE_GB,
        # A stage with a cache caches every GET by default.
        "caching_enabled": False,
        "cache_data_encrypted": True,
        "method_options": {f"/{route.path}/GET": cached for route in QUERIES},
    }
