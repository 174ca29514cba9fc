"""A VPC that others use too."""

import pytest

EXISTING_GROUP = "sg-0123456789abcdef0"


def test_only_the_endpoint_of_the_api_is_created_unless_others_are_asked_for(routed):
    assert not routed.find("VPC")
    assert not routed.find("Subnet")
    assert set(routed.endpoints) == {"execute-api"}


def test_the_endpoint_of_the_api_does_not_change_names_for_others(routed):
    assert routed.endpoints["execute-api"]["PrivateDnsEnabled"] is False


def test_the_endpoint_of_the_api_has_private_dns_in_a_new_vpc(created):
    assert created.endpoints["execute-api"]["PrivateDnsEnabled"] is True


def test_without_all_endpoints_tasks_use_the_routes_of_the_subnets(routed):
    assert routed.list_ranges() == {("tasks", "0.0.0.0/0", 443)}
    assert routed.list_prefix_lists() == set()


def test_one_missing_endpoint_makes_tasks_use_the_routes(build_network, equipped):
    variables = {
        "vpc_id": "vpc-0123456789abcdef0",
        "private_subnet_1": "subnet-0123456789abcdef0",
        "private_subnet_2": "subnet-0123456789abcdef1",
        "existing_endpoints": "ecr.api=vpce-0123456789abcdef0,ecr.dkr=vpce-0123456789abcdef1",
        "endpoint_security_group_id": "sg-0123456789abcdef0",
    }

    without_logs = build_network(**variables)

    assert without_logs.list_ranges() == {("tasks", "0.0.0.0/0", 443)}
    assert "0.0.0.0/0" not in str(equipped.list_ranges())


def test_only_the_named_endpoints_are_created(equipped):
    assert set(equipped.endpoints) == {"dynamodb", "ecr.api", "ecr.dkr", "execute-api"}


def test_created_endpoints_admit_every_workload_of_the_vpc(equipped):
    endpoints = "Endpoints of the AWS services that the query service uses"

    assert equipped.list_ranges() == {
        (endpoints, "10.0.0.0/16", 443),
        (endpoints, "100.64.0.0/16", 443),
    }


def test_a_gateway_endpoint_is_in_the_configured_route_tables(equipped):
    assert equipped.endpoints["dynamodb"]["RouteTableIds"] == ["rtb-0123456789abcdef0"]


def test_tasks_reach_existing_endpoints_by_security_group(equipped):
    assert (equipped.tasks, EXISTING_GROUP, 443) in equipped.list_rules("Egress")
    assert (EXISTING_GROUP, equipped.tasks, 443) in equipped.list_rules("Ingress")


@pytest.fixture
def with_endpoint_of_api(build_network):
    """An existing VPC with an endpoint of API Gateway, as one with private DNS must be named."""
    return build_network(
        vpc_id="vpc-0123456789abcdef0",
        private_subnet_1="subnet-0123456789abcdef0",
        private_subnet_2="subnet-0123456789abcdef1",
        existing_endpoints="execute-api=vpce-0123456789abcdef0",
        endpoint_security_group_id=EXISTING_GROUP,
    )


def test_no_endpoint_of_the_api_is_created_beside_an_existing_one(with_endpoint_of_api):
    assert with_endpoint_of_api.endpoints == {}


def test_callers_reach_an_existing_endpoint_of_the_api_by_security_group(with_endpoint_of_api):
    callers = with_endpoint_of_api.find_group("May call the query API")

    assert (callers, EXISTING_GROUP, 443) in with_endpoint_of_api.list_rules("Egress")
    assert (EXISTING_GROUP, callers, 443) in with_endpoint_of_api.list_rules("Ingress")
