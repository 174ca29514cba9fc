"""The network: private subnets, VPC endpoints, and security groups."""

from collections.abc import Sequence
from typing import Final

from aws_cdk import Stack
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from infra.config.endpoints import (
    GATEWAYS,
    creates_endpoint,
    list_task_interfaces,
    needs_routes,
)
from infra.config.model import Config
from infra.config.values import Service
from infra.constructs.network.endpoint_policies import create_statement, list_statements
from infra.constructs.network.endpoints import (
    create_gateway,
    create_interface,
    import_interface,
)
from infra.constructs.network.vpc import create_vpc, import_vpc

HTTPS: Final = ec2.Port.tcp(443)


class Network(Construct):
    """A VPC, created or imported, its endpoints and its security groups.

    `allow_to_services` expects a security group that allows nothing by itself, as
    `create_security_group` returns it.

    Attributes:
        vpc: the VPC.
        subnets: its two private subnets.
        execute_api_endpoint: the endpoint of the private API for callers in the VPC.
        caller_security_group: its members may connect to `execute_api_endpoint`.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: Config) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        self.vpc: ec2.IVpc = (
            import_vpc(self, config, config.vpc_id) if config.vpc_id else create_vpc(self, config)
        )
        self.subnets = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
        self._limited: dict[Service, ec2.VpcEndpoint] = {}
        self._existing_security_groups = self._import_security_groups()
        for service in GATEWAYS:
            if creates_endpoint(config, service):
                gateway = create_gateway(self.vpc, service, self.subnets)
                self._limit(service, gateway)
        self._service_endpoints = self._find_service_endpoints()
        self.execute_api_endpoint = self._find_execute_api_endpoint()
        self.caller_security_group = self.create_security_group("Callers", "May call the query API")
        self.execute_api_endpoint.connections.allow_default_port_from(self.caller_security_group)

    def create_security_group(self, construct_id: str, description: str) -> ec2.SecurityGroup:
        """Create a security group that allows nothing in and nothing out."""
        return ec2.SecurityGroup(
            self, construct_id, vpc=self.vpc, description=description, allow_all_outbound=False
        )

    def allow_to_services(self, security_group: ec2.ISecurityGroup) -> None:
        """Allow members to connect to the AWS services that tasks use."""
        for endpoint in self._service_endpoints:
            endpoint.connections.allow_default_port_from(security_group)
        if needs_routes(self._config):
            # AWS publishes no prefix list of ECR or CloudWatch Logs, and the addresses of endpoints
            # that are not named are unknown.
            security_group.add_egress_rule(
                ec2.Peer.any_ipv4(), HTTPS, "AWS services by the routes of the subnets"
            )
            return
        for service in GATEWAYS:
            # A gateway endpoint has no security group, so AWS's prefix list is the narrowest peer.
            # Its id is configured: CloudFormation cannot return it, and a look-up needs the
            # account.
            prefix_list = ec2.Peer.prefix_list(self._config.prefix_list_ids[service])
            security_group.add_egress_rule(prefix_list, HTTPS, f"{service} by its gateway endpoint")

    def allow_requests(
        self, service: Service, actions: Sequence[str], resources: Sequence[str]
    ) -> None:
        """Allow requests through the service's endpoint, if its policy is ours."""
        if service in self._limited:
            self._limited[service].add_to_policy(create_statement(actions, resources))

    def _limit(self, service: Service, endpoint: ec2.VpcEndpoint) -> None:
        """Give an endpoint that only our workloads use a policy of its own."""
        if self._config.vpc_id and service is not Service.EXECUTE_API:
            return
        self._limited[service] = endpoint
        for statement in list_statements(Stack.of(self), service):
            endpoint.add_to_policy(statement)

    def _create_interface(
        self, service: Service, security_group: ec2.SecurityGroup, *, private_dns: bool
    ) -> ec2.InterfaceVpcEndpoint:
        endpoint = create_interface(
            self.vpc, service, self.subnets, security_group, private_dns=private_dns
        )
        self._limit(service, endpoint)
        return endpoint

    def _find_service_endpoints(self) -> list[ec2.IInterfaceVpcEndpoint]:
        config = self._config
        services = list_task_interfaces(config)
        found = [
            import_interface(self, service, endpoint_id, self._existing_security_groups)
            for service, endpoint_id in config.existing_endpoints.items()
            if service in services
        ]
        created = [each for each in services if creates_endpoint(config, each)]
        if created:
            security_group = self._create_service_security_group()
            found += [
                self._create_interface(service, security_group, private_dns=True)
                for service in created
            ]
        return found

    def _create_service_security_group(self) -> ec2.SecurityGroup:
        security_group = self.create_security_group(
            "ServiceEndpoints", "Endpoints of the AWS services that the query service uses"
        )
        if self._config.vpc_id:
            # Private DNS leads all workloads of the VPC to these endpoints.
            # https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
            for cidr in self._config.vpc_cidr:
                security_group.add_ingress_rule(ec2.Peer.ipv4(cidr), HTTPS, "Workloads of the VPC")
        return security_group

    def _find_execute_api_endpoint(self) -> ec2.IInterfaceVpcEndpoint:
        existing = self._config.existing_endpoints.get(Service.EXECUTE_API)
        if existing is not None:
            return import_interface(
                self, Service.EXECUTE_API, existing, self._existing_security_groups
            )
        return self._create_interface(
            Service.EXECUTE_API,
            self.create_security_group("ApiEndpoint", "The endpoint of the query API"),
            # In a shared VPC, private DNS would hide the public APIs of API Gateway from others:
            # callers there use the name with the endpoint's id. If an endpoint of the VPC has
            # private DNS, every such name resolves to it, so it must be in EXISTING_ENDPOINTS.
            private_dns=self._config.vpc_id is None,
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
