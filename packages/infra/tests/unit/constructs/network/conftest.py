"""Networks synthesized by themselves, with a security group of tasks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from infra.constructs.network.network import Network

EXISTING_VPC = {
    "vpc_id": "vpc-0123456789abcdef0",
    "private_subnet_1": "subnet-0123456789abcdef0",
    "private_subnet_2": "subnet-0123456789abcdef1",
}


@dataclass(frozen=True, slots=True)
class BuiltNetwork:
    """A synthesized network."""

    deployed: Any
    region: str

    def find(self, kind: str) -> dict[str, dict[str, Any]]:
        return self.deployed.find(f"EC2::{kind}")

    @property
    def endpoints(self) -> dict[str, dict[str, Any]]:
        """The created endpoints: service to properties."""
        found = {}
        for each in self.find("VPCEndpoint").values():
            service = each["ServiceName"].replace("${AWS::Region}", self.region)
            found[service.removeprefix(f"com.amazonaws.{self.region}.")] = each
        return found

    def find_group(self, description: str) -> str:
        """Return a reference to the security group with a description."""
        group_id = self.deployed.find_id("EC2::SecurityGroup", GroupDescription=description)
        return f"${{{group_id}.GroupId}}"

    @property
    def tasks(self) -> str:
        return self.find_group("tasks")

    @property
    def service_endpoints(self) -> str:
        return self.find_group("Endpoints of the AWS services that the query service uses")

    def list_rules(self, kind: str) -> set[tuple[str, str, int]]:
        """Rules between security groups: (of group, other group, port)."""
        other = {"Egress": "DestinationSecurityGroupId", "Ingress": "SourceSecurityGroupId"}[kind]
        return {
            (each["GroupId"], each[other], each["FromPort"])
            for each in self.find(f"SecurityGroup{kind}").values()
            if other in each
        }

    def list_prefix_lists(self) -> set[tuple[str, int]]:
        """Prefix lists that tasks may connect to: (list, port)."""
        return {
            (each["DestinationPrefixListId"], each["FromPort"])
            for each in self.find("SecurityGroupEgress").values()
            if "DestinationPrefixListId" in each and each["GroupId"] == self.tasks
        }

    def list_ranges(self) -> set[tuple[str, str, int]]:
        """Rules that name addresses: (description of the group, range, port)."""
        # The CDK writes a group without rules as ICMP of an impossible type.
        groups = {
            (group["GroupDescription"], rule["CidrIp"], rule["FromPort"])
            for group in self.find("SecurityGroup").values()
            for kind in ("Ingress", "Egress")
            for rule in group.get(f"SecurityGroup{kind}", [])
            if "CidrIp" in rule and rule["CidrIp"] != "255.255.255.255/32"
        }
        rules = [
            rule
            for kind in ("Ingress", "Egress")
            for rule in self.find(f"SecurityGroup{kind}").values()
        ]
        assert not any({"CidrIp", "CidrIpv6"} & rule.keys() for rule in rules)
        return groups


@pytest.fixture(scope="session")
def build_network(deploy: Callable[..., Any]) -> Callable[..., BuiltNetwork]:
    """Synthesize the network of a configuration."""

    def build(stack: Any, config: Any) -> None:
        network = Network(stack, "Network", config=config)
        network.allow_to_services(network.create_security_group("Tasks", "tasks"))

    def make(**variables: Any) -> BuiltNetwork:
        region = variables.get("aws_region", "ap-southeast-1")
        return BuiltNetwork(deploy(build, **variables), region)

    return make


@pytest.fixture(scope="session")
def created(build_network: Callable[..., BuiltNetwork]) -> BuiltNetwork:
    """A new VPC."""
    return build_network()


@pytest.fixture(scope="session")
def routed(build_network: Callable[..., BuiltNetwork]) -> BuiltNetwork:
    """An existing VPC, by its id and subnets alone."""
    return build_network(**EXISTING_VPC)


@pytest.fixture(scope="session")
def equipped(build_network: Callable[..., BuiltNetwork]) -> BuiltNetwork:
    """An existing VPC in which some endpoints exist and the others are created."""
    return build_network(
        **EXISTING_VPC,
        create_endpoints="dynamodb,ecr.api,ecr.dkr",
        vpc_cidr="10.0.0.0/16,100.64.0.0/16",
        route_table_ids="rtb-0123456789abcdef0",
        existing_endpoints="logs=vpce-0123456789abcdef0",
        endpoint_security_group_id="sg-0123456789abcdef0",
    )
