"""Which VPC endpoints a deployment creates, and whether its tasks need other routes."""

from typing import Final

from infra.config.model import Config
from infra.config.values import Service

GATEWAYS: Final[tuple[Service, ...]] = (Service.DYNAMODB, Service.S3)
"""Services with a gateway endpoint, not interfaces in the subnets."""

_PULL_AND_LOG: Final[tuple[Service, ...]] = (Service.ECR_API, Service.ECR_DKR, Service.LOGS)
_ECS: Final[tuple[Service, ...]] = (Service.ECS, Service.ECS_AGENT, Service.ECS_TELEMETRY)
# Regions introduced since 2023-12-23 need the three endpoints of ECS; AWS counts ca-west-1 as one.
# Listed are the others, so that a region of the future gets them too.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
# fmt: off
_REGIONS_WITHOUT_ECS: Final = frozenset({
    "af-south-1", "ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1",
    "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4",
    "ca-central-1", "cn-north-1", "cn-northwest-1", "eu-central-1", "eu-central-2", "eu-north-1",
    "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1",
    "me-central-1", "me-south-1", "sa-east-1", "us-east-1", "us-east-2", "us-gov-east-1",
    "us-gov-west-1", "us-west-1", "us-west-2",
})
# fmt: on


def list_task_interfaces(config: Config) -> tuple[Service, ...]:
    """List the services that tasks reach by an interface endpoint, if there is one."""
    backend = (Service.LAMBDA,) if config.query_backend == "lambda" else ()
    ecs = () if config.aws_region in _REGIONS_WITHOUT_ECS else _ECS
    return (*_PULL_AND_LOG, *backend, *ecs)


def creates_endpoint(config: Config, service: Service) -> bool:
    """Whether the deployment creates the service's endpoint."""
    if service in config.existing_endpoints:
        return False
    is_always_created = config.vpc_id is None or service is Service.EXECUTE_API
    return is_always_created or service in config.create_endpoints


def needs_routes(config: Config) -> bool:
    """Whether tasks reach a service by the routes of an existing VPC, such as a NAT gateway's.

    Gateway endpoints do not count: tasks reach DynamoDB and S3 at the same addresses without them.
    """
    return not all(
        service in config.existing_endpoints or creates_endpoint(config, service)
        for service in list_task_interfaces(config)
    )
