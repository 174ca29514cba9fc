"""The network: private subnets without internet access, and VPC endpoints."""

from typing import Final

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from infra.config.model import Config
from infra.config.values import Service
from infra.constructs.network.vpc import create_vpc, import_vpc

HTTPS: Final = ec2.Port.tcp(443)

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
}


class Network(Construct):
    """A VPC, created or imported, its endpoints and its security groups.

    The `allow_` methods expect security groups that allow nothing by themselves, as
    `create_security_group` returns them.

    Attributes:
        vpc: the VPC.
        subnets: its two private subnets.
        execute_api_endpoint: the endpoint of the private API for callers in the VPC.
        caller_endpoint_ids: all endpoints that may call the API, this one first.
        caller_security_group: its members may connect to `execute_api_endpoint`.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: Config) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        self.vpc: ec2.IVpc = (
            import_vpc(self, config, config.vpc_id) if config.vpc_id else create_vpc(self, config)
        )
        self.subnets = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
        self._existing_security_groups = self._import_security_groups()
        self._create_gateways()
        self._service_endpoints = self._find_service_endpoints()
        self.execute_api_endpoint = self._find_endpoint(
            Service.EXECUTE_API,
            self.create_security_group("ApiEndpoint", "The endpoint of the query API"),
        )
        self.caller_security_group = self.create_security_group("Callers", "May call the query API")
        self.execute_api_endpoint.connections.allow_default_port_from(self.caller_security_group)
        self.caller_endpoint_ids = [
            self.execute_api_endpoint.vpc_endpoint_id,
            *config.caller_vpc_endpoint_ids,
        ]

    def create_security_group(self, construct_id: str, description: str) -> ec2.SecurityGroup:
        """Create a security group that allows nothing in and nothing out."""
        return ec2.SecurityGroup(
            self, construct_id, vpc=self.vpc, description=description, allow_all_outbound=False
        )

    def allow_to_dynamodb(self, security_group: ec2.ISecurityGroup) -> None:
        """Allow members to connect to DynamoDB."""
        self._allow_to_gateway(security_group, Service.DYNAMODB)

    def allow_to_s3(self, security_group: ec2.ISecurityGroup) -> None:
        """Allow members to connect to S3, which stores the image layers of ECR."""
        self._allow_to_gateway(security_group, Service.S3)

    def allow_to_endpoints(self, security_group: ec2.ISecurityGroup) -> None:
        """Allow members to connect to the interface endpoints of the services that tasks use."""
        for endpoint in self._service_endpoints:
            endpoint.connections.allow_default_port_from(security_group)

    def _allow_to_gateway(self, security_group: ec2.ISecurityGroup, service: Service) -> None:
        # A gateway endpoint has no security group, so AWS's prefix list is the narrowest peer. Its
        # id is configured: CloudFormation cannot return it, and a look-up needs the account.
        prefix_list = ec2.Peer.prefix_list(self._config.prefix_list_ids[service])
        security_group.add_egress_rule(prefix_list, HTTPS, f"{service} by its gateway endpoint")

    def _create_gateways(self) -> None:
        for service, gateway in _GATEWAYS.items():
            if service not in self._config.existing_endpoints:
                self.vpc.add_gateway_endpoint(
                    _name(service), service=gateway, subnets=[self.subnets]
                )

    def _find_service_endpoints(self) -> list[ec2.IInterfaceVpcEndpoint]:
        services = [Service.ECR_API, Service.ECR_DKR, Service.LOGS]
        if self._config.query_backend == "lambda":
            services.append(Service.LAMBDA)
        security_group = self.create_security_group(
            "ServiceEndpoints", "Endpoints of the AWS services that the query service uses"
        )
        return [self._find_endpoint(service, security_group) for service in services]

    def _find_endpoint(
        self, service: Service, security_group: ec2.ISecurityGroup
    ) -> ec2.IInterfaceVpcEndpoint:
        """Import the VPC's endpoint, or create one with the security group."""
        existing = self._config.existing_endpoints.get(service)
        if existing is not None:
            return ec2.InterfaceVpcEndpoint.from_interface_vpc_endpoint_attributes(
                self,
                _name(service),
                vpc_endpoint_id=existing,
                port=443,
                security_groups=self._existing_security_groups,
            )
        return self.vpc.add_interface_endpoint(
            _name(service),
            service=_INTERFACES[service],
            subnets=self.subnets,
            security_groups=[security_group],
            open=False,
            # In a shared VPC, private DNS would hide the public APIs of API Gateway from others:
            # callers there use the name with the endpoint's id.
            private_dns_enabled=service is not Service.EXECUTE_API or self._config.vpc_id is None,
        )

    def _import_security_groups(self) -> list[ec2.ISecurityGroup]:
        """Import the security group of the VPC's existing endpoints, if it has any."""
        security_group_id = self._config.endpoint_security_group_id
        if security_group_id is None:
            return []
        return [
            ec2.SecurityGroup.from_security_group_id(
                self, "ExistingEndpoints", security_group_id, allow_all_outbound=False
            )
        ]


def _name(service: Service) -> str:
    """Return the construct id: `EcrApi` for `ecr.api`."""
    return service.value.title().replace("-", "").replace(".", "")
