"""VPC endpoints, created or imported."""

from collections.abc import Sequence
from typing import Final

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from infra.config.values import Service

_GATEWAYS: Final = {
    Service.DYNAMODB: ec2.GatewayVpcEndpointAwsService.DYNAMODB,
    Service.S3: ec2.GatewayVpcEndpointAwsService.S3,
}
_INTERFACES: Final = {
    Service.ECR_API: ec2.InterfaceVpcEndpointAwsService.ECR,
    Service.ECR_DKR: ec2.InterfaceVpcEndpointAwsService.ECR_DOCKER,
    Service.LOGS: ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
    Service.LAMBDA: ec2.InterfaceVpcEndpointAwsService.LAMBDA_,
    Service.EXECUTE_API: ec2.InterfaceVpcEndpointAwsService.APIGATEWAY,
    Service.ECS: ec2.InterfaceVpcEndpointAwsService.ECS,
    Service.ECS_AGENT: ec2.InterfaceVpcEndpointAwsService.ECS_AGENT,
    Service.ECS_TELEMETRY: ec2.InterfaceVpcEndpointAwsService.ECS_TELEMETRY,
}


def create_gateway(
    vpc: ec2.IVpc, service: Service, subnets: ec2.SubnetSelection
) -> ec2.GatewayVpcEndpoint:
    """Create a gateway endpoint in the route tables of the subnets."""
    return vpc.add_gateway_endpoint(_name(service), service=_GATEWAYS[service], subnets=[subnets])


def create_interface(
    vpc: ec2.IVpc,
    service: Service,
    subnets: ec2.SubnetSelection,
    security_group: ec2.ISecurityGroup,
    *,
    private_dns: bool,
) -> ec2.InterfaceVpcEndpoint:
    """Create an interface endpoint in the subnets.

    Args:
        private_dns: whether the service's public name leads the whole VPC to the endpoint.
    """
    return vpc.add_interface_endpoint(
        _name(service),
        service=_INTERFACES[service],
        subnets=subnets,
        security_groups=[security_group],
        open=False,
        private_dns_enabled=private_dns,
    )


def import_interface(
    scope: Construct,
    service: Service,
    endpoint_id: str,
    security_groups: Sequence[ec2.ISecurityGroup],
) -> ec2.IInterfaceVpcEndpoint:
    """Import an interface endpoint that the VPC already has."""
    return ec2.InterfaceVpcEndpoint.from_interface_vpc_endpoint_attributes(
        scope,
        _name(service),
        vpc_endpoint_id=endpoint_id,
        port=443,
        security_groups=[*security_groups],
    )


def _name(service: Service) -> str:
    """Return the construct id: `EcrApi` for `ecr.api`."""
    return service.value.title().replace("-", "").replace(".", "")
