"""A Lambda function with the properties that all of ours share: tracing, own role, own logs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.config.model import Config
from infra.constructs.log_group import create_log_group

RUNTIME: Final = lambda_.Runtime.PYTHON_3_13
ARCHITECTURE: Final = lambda_.Architecture.ARM_64


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionSpec:
    """The properties that differ between functions.

    Attributes:
        name: its name in AWS, without the prefix of the deployment.
        handler: the entry point, `module.function`.
        memory_mib: memory, and with it CPU: 1,769 MiB give one core.
        environment: its environment variables.
        reserved_concurrency: concurrent invocations that are reserved for it, also its limit.
    """

    name: str
    description: str
    handler: str
    timeout: Duration
    memory_mib: int
    environment: Mapping[str, str]
    reserved_concurrency: int | None = None


def create_python_function(
    scope: Construct, construct_id: str, spec: FunctionSpec, code: lambda_.Code, config: Config
) -> lambda_.Function:
    """Create a function that may only write its logs and traces, until more is granted."""
    name = config.prefix(spec.name)
    log_group = create_log_group(scope, f"{construct_id}Logs", config, name=f"/aws/lambda/{name}")
    # The CDK's own role has AWS's managed policy, which may write to every log group.
    role = iam.Role(
        scope, f"{construct_id}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")
    )
    log_group.grant_write(role)
    return lambda_.Function(
        scope,
        construct_id,
        function_name=name,
        description=spec.description,
        code=code,
        handler=spec.handler,
        runtime=RUNTIME,
        architecture=ARCHITECTURE,
        memory_size=spec.memory_mib,
        timeout=spec.timeout,
        role=role,
        log_group=log_group,
        tracing=lambda_.Tracing.ACTIVE,
        reserved_concurrent_executions=spec.reserved_concurrency,
        environment=dict(spec.environment),
    )
