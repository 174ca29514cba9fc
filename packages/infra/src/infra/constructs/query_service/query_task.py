"""The task definition of the Query Service and its permissions."""

from typing import Final

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.config.model import Config
from infra.constructs.log_group import create_log_group
from infra.constructs.query_service.load_balancer import SERVICE_PORT
from infra.constructs.query_service.query_grants import grant_invocation, grant_queries
from infra.names import SERVICE_NAME

FAMILY: Final = "query-service-task"

_CPU_UNITS: Final = 256
_MEMORY_MIB: Final = 512
# Longer than the service takes to finish its requests after SIGTERM.
_STOP_TIMEOUT: Final = Duration.seconds(30)
# The image's own user, fixed here against a change of the image.
_USER: Final = "10001:10001"
# Same as the Dockerfile's HEALTHCHECK, which ECS ignores. ECS stops a task after the last retry, so
# it takes 100 s without any response: a busy task, which gets less than all of the CPU for a while,
# is not stopped under the load that it is needed for. A process that has ended needs no check.
_HEALTH_CHECK: Final = ecs.HealthCheck(
    command=["CMD", "/opt/query-api/bin/python", "-I", "-m", "query_api.healthcheck"],
    interval=Duration.seconds(10),
    timeout=Duration.seconds(10),
    start_period=Duration.seconds(30),
    retries=10,
)


def create_task_definition(
    scope: Construct,
    *,
    config: Config,
    image: ecs.ContainerImage,
    table: dynamodb.ITable,
    query_function: lambda_.IFunction | None,
) -> ecs.FargateTaskDefinition:
    """Create the task definition, whose role may only query the read model.

    Args:
        table: the read model.
        query_function: the query Lambda; the role may then only invoke it. None for no Lambda.
    """
    task_definition = ecs.FargateTaskDefinition(
        scope,
        "Task",
        family=config.prefix(FAMILY),
        cpu=_CPU_UNITS,
        memory_limit_mib=_MEMORY_MIB,
        runtime_platform=ecs.RuntimePlatform(
            cpu_architecture=ecs.CpuArchitecture.ARM64,
            operating_system_family=ecs.OperatingSystemFamily.LINUX,
        ),
    )
    # Otherwise CloudFormation deregisters the replaced revision, and ECS could not roll back to it.
    task_definition.apply_removal_policy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
    settings = _encode_settings(scope, config, table, query_function)
    _add_container(scope, config, task_definition, image, settings)
    if query_function is None:
        grant_queries(task_definition.task_role, table)
    else:
        grant_invocation(task_definition.task_role, query_function)
    return task_definition


def _encode_settings(
    scope: Construct,
    config: Config,
    table: dynamodb.ITable,
    query_function: lambda_.IFunction | None,
) -> dict[str, str]:
    settings = {
        "AWS_DEFAULT_REGION": Stack.of(scope).region,
        "QUERY_PORT": str(SERVICE_PORT),
        "QUERY_TABLE_NAME": table.table_name,
        "QUERY_BACKEND": "dynamodb",
        "QUERY_METRICS_NAMESPACE": config.metrics_namespace,
    }
    if query_function is not None:
        settings |= {
            "QUERY_BACKEND": "lambda",
            "QUERY_FUNCTION_NAME": query_function.function_name,
        }
    return settings


def _add_container(
    scope: Construct,
    config: Config,
    task_definition: ecs.FargateTaskDefinition,
    image: ecs.ContainerImage,
    settings: dict[str, str],
) -> None:
    log_group = create_log_group(
        scope,
        "Logs",
        config,
        name=f"/ecs/{config.prefix(SERVICE_NAME)}",
        removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    )
    linux_parameters = ecs.LinuxParameters(scope, "Linux")
    linux_parameters.drop_capabilities(ecs.Capability.ALL)
    task_definition.add_container(
        "query-api",
        container_name="query-api",
        image=image,
        essential=True,
        memory_limit_mib=_MEMORY_MIB,
        environment=settings,
        user=_USER,
        readonly_root_filesystem=True,
        linux_parameters=linux_parameters,
        port_mappings=[ecs.PortMapping(container_port=SERVICE_PORT)],
        stop_timeout=_STOP_TIMEOUT,
        logging=ecs.LogDrivers.aws_logs(
            stream_prefix="query-api",
            log_group=log_group,
            # A log that cannot be written must not delay a response.
            mode=ecs.AwsLogDriverMode.NON_BLOCKING,
        ),
        health_check=_HEALTH_CHECK,
    )
