"""The API's deployment: CloudFormation creates a new one only when its logical id changes."""

import pytest

from infra.constructs.network.network import Network
from infra.constructs.private_api.private_api import PrivateApi
from infra.constructs.query_service.load_balancer import QueryLoadBalancer

CERTIFICATE = "arn:aws:acm:ap-southeast-1:123456789012:certificate/01234567-89ab-cdef-0123-"
NEW_VPC = {
    "certificate_arn": f"{CERTIFICATE}456789abcdef",
    "certificate_domain": "query.example.com",
}
EXISTING_VPC = NEW_VPC | {
    "vpc_id": "vpc-0123456789abcdef0",
    "private_subnet_1": "subnet-0123456789abcdef0",
    "private_subnet_2": "subnet-0123456789abcdef1",
}
WITH_ENDPOINT = EXISTING_VPC | {
    "existing_endpoints": "execute-api=vpce-0123456789abcdef0",
    "endpoint_security_group_id": "sg-0123456789abcdef0",
}
# Each replaces the VPC link, the load balancer or an endpoint that the deployment refers to.
CHANGES = [
    pytest.param(NEW_VPC, {"vpc_cidr": "10.1.0.0/16"}, id="range"),
    pytest.param(
        NEW_VPC, {"availability_zones": "ap-southeast-1b,ap-southeast-1c"}, id="zones of a new VPC"
    ),
    pytest.param(NEW_VPC, EXISTING_VPC, id="an existing VPC"),
    pytest.param(EXISTING_VPC, {"vpc_id": "vpc-0123456789abcdef9"}, id="VPC"),
    pytest.param(EXISTING_VPC, {"private_subnet_1": "subnet-0123456789abcdef9"}, id="subnet"),
    pytest.param(EXISTING_VPC, {"private_subnet_2": "subnet-0123456789abcdef9"}, id="other subnet"),
    pytest.param(
        EXISTING_VPC, {"caller_vpc_endpoint_ids": "vpce-0123456789abcdef9"}, id="endpoint of others"
    ),
    pytest.param(
        EXISTING_VPC,
        {"other_account_vpc_endpoint_ids": "vpce-0123456789abcdef9"},
        id="endpoint of another account",
    ),
    pytest.param(EXISTING_VPC, WITH_ENDPOINT, id="an existing endpoint"),
    pytest.param(
        WITH_ENDPOINT,
        {"existing_endpoints": "execute-api=vpce-0123456789abcdef9"},
        id="another existing endpoint",
    ),
    pytest.param(EXISTING_VPC, {"certificate_arn": f"{CERTIFICATE}456789abcde0"}, id="certificate"),
    pytest.param(EXISTING_VPC, {"certificate_domain": "other.example.com"}, id="domain"),
]


def _build(stack, config, *, internet_facing=False):
    network = Network(stack, "Network", config=config)
    load_balancer = QueryLoadBalancer(stack, "Front", config=config, network=network)
    if internet_facing:
        load_balancer.alb.node.default_child.scheme = "internet-facing"
    PrivateApi(stack, "PrivateApi", config=config, network=network, load_balancer=load_balancer)


@pytest.fixture
def find_deployment(deploy):
    """Return the logical id of a configuration's deployment."""

    def find(build=_build, **variables):
        (deployment_id,) = deploy(build, **variables).find("ApiGateway::Deployment")
        return deployment_id

    return find


@pytest.mark.parametrize(("before", "change"), CHANGES)
def test_a_replaced_target_or_endpoint_gives_another_deployment(find_deployment, before, change):
    assert find_deployment(**before) != find_deployment(**before | change)


def test_another_scheme_of_the_load_balancer_gives_another_deployment(find_deployment):
    def build_public(stack, config):
        _build(stack, config, internet_facing=True)

    assert find_deployment(**NEW_VPC) != find_deployment(build_public, **NEW_VPC)


@pytest.mark.parametrize("variables", [NEW_VPC, EXISTING_VPC, WITH_ENDPOINT])
def test_the_same_configuration_gives_the_same_deployment(find_deployment, variables):
    assert find_deployment(**variables) == find_deployment(**variables)


def test_the_stage_uses_that_deployment(deploy):
    deployed = deploy(_build, **NEW_VPC)

    (deployment_id,) = deployed.find("ApiGateway::Deployment")
    assert deployed.get("ApiGateway::Stage")["DeploymentId"] == f"${{{deployment_id}}}"
