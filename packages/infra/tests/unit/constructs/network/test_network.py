"""What every network has, and a new VPC."""

import pytest


@pytest.fixture(params=["created", "routed", "equipped"])
def network(request):
    """All networks, one after the other."""
    return request.getfixturevalue(request.param)


@pytest.fixture(params=["created", "equipped"])
def closed(request):
    """The networks whose tasks use only endpoints."""
    return request.getfixturevalue(request.param)


def test_a_new_vpc_has_two_private_subnets_in_two_zones(created):
    subnets = created.find("Subnet").values()
    (vpc,) = created.find("VPC").values()

    assert vpc["CidrBlock"] == "10.0.0.0/16"
    assert {each["CidrBlock"] for each in subnets} == {"10.0.0.0/17", "10.0.128.0/17"}
    assert len({str(each["AvailabilityZone"]) for each in subnets}) == 2
    assert not any(each["MapPublicIpOnLaunch"] for each in subnets)


def test_a_new_vpc_has_the_configured_range(build_network):
    (vpc,) = build_network(vpc_cidr="10.1.2.0/24").find("VPC").values()

    assert vpc["CidrBlock"] == "10.1.2.0/24"


def test_no_route_is_created(network):
    for kind in ("InternetGateway", "NatGateway", "EIP", "EgressOnlyInternetGateway", "Route"):
        assert not network.find(kind)


def test_all_traffic_of_a_new_vpc_is_logged(created):
    (flow_log,) = created.find("FlowLog").values()

    group = created.deployed.find("Logs::LogGroup")[flow_log["LogGroupName"].strip("${}")]
    assert (flow_log["ResourceType"], flow_log["TrafficType"]) == ("VPC", "ALL")
    assert group["RetentionInDays"] == 30


@pytest.fixture
def default_group(created):
    """A reference to the group that a VPC comes with."""
    (vpc_id,) = created.find("VPC")
    return f"${{{vpc_id}.DefaultSecurityGroup}}"


def test_the_default_security_group_of_a_new_vpc_allows_nothing(created, default_group):
    (restriction,) = (
        each["Properties"]
        for each in created.deployed.resources.values()
        if each["Type"] == "Custom::VpcRestrictDefaultSG"
    )

    assert restriction["DefaultSecurityGroupId"] == default_group


def test_the_function_that_empties_it_may_change_no_other_group(created, default_group):
    function = created.deployed.get("Lambda::Function")
    role = created.deployed.find("IAM::Role")[function["Role"].strip("${}").removesuffix(".Arn")]

    (policy,) = role["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Resource"] == [
        f"arn:aws:ec2:ap-southeast-1:${{AWS::AccountId}}:security-group/{default_group}"
    ]


def test_the_logs_of_that_function_expire(created):
    function = created.deployed.get("Lambda::Function")

    group = function["LoggingConfig"]["LogGroup"].strip("${}")
    assert created.deployed.find("Logs::LogGroup")[group]["RetentionInDays"] == 90


def test_the_default_group_of_an_existing_vpc_is_not_touched(routed):
    kinds = {each["Type"] for each in routed.deployed.resources.values()}

    assert not {"Custom::VpcRestrictDefaultSG", "AWS::Lambda::Function"} & kinds


def test_only_services_in_use_have_an_endpoint_in_a_new_vpc(created):
    assert set(created.endpoints) == {
        "dynamodb",
        "s3",
        "ecr.api",
        "ecr.dkr",
        "logs",
        "execute-api",
    }


def test_with_the_lambda_backend_lambda_has_an_endpoint(build_network):
    assert "lambda" in build_network(query_backend="lambda").endpoints


@pytest.mark.parametrize(
    "region", ["ca-west-1", "ap-southeast-5", "ap-southeast-7", "mx-central-1"]
)
def test_a_newer_region_has_the_endpoints_of_ecs(build_network, region):
    network = build_network(
        aws_region=region,
        dynamodb_prefix_list_id="pl-0123456789abcdef0",
        s3_prefix_list_id="pl-0123456789abcdef1",
    )

    assert set(network.endpoints) > {"ecs", "ecs-agent", "ecs-telemetry"}
    assert (network.tasks, network.service_endpoints, 443) in network.list_rules("Egress")


def test_gateway_endpoints_are_in_the_route_tables_of_both_subnets(created):
    for service in ("dynamodb", "s3"):
        endpoint = created.endpoints[service]
        assert endpoint["VpcEndpointType"] == "Gateway"
        assert {each.strip("${}") for each in endpoint["RouteTableIds"]} == set(
            created.find("RouteTable")
        )


def test_interface_endpoints_of_services_have_private_dns(closed):
    for service in ("ecr.api", "ecr.dkr"):
        assert closed.endpoints[service]["PrivateDnsEnabled"] is True


def test_no_rule_of_a_new_vpc_names_an_address(created):
    assert created.find("SecurityGroup")
    assert created.list_ranges() == set()


def test_a_security_group_rule_names_one_peer_and_one_port(network):
    peers = {"SourceSecurityGroupId", "DestinationSecurityGroupId", "DestinationPrefixListId"}

    for kind in ("Ingress", "Egress"):
        rules = network.find(f"SecurityGroup{kind}")
        assert rules
        for rule in rules.values():
            assert len(peers & rule.keys()) == 1
            assert rule["FromPort"] == rule["ToPort"]


def test_tasks_reach_dynamodb_and_s3_by_prefix_list(closed):
    assert closed.list_prefix_lists() == {("pl-67a5400e", 443), ("pl-6fa54006", 443)}


def test_prefix_lists_of_other_regions_come_from_the_configuration(build_network):
    network = build_network(
        aws_region="eu-west-1",
        dynamodb_prefix_list_id="pl-6fa54006",
        s3_prefix_list_id="pl-6da54004",
    )

    assert network.list_prefix_lists() == {("pl-6fa54006", 443), ("pl-6da54004", 443)}


def test_tasks_reach_created_endpoints_by_security_group(closed):
    assert (closed.tasks, closed.service_endpoints, 443) in closed.list_rules("Egress")
    assert (closed.service_endpoints, closed.tasks, 443) in closed.list_rules("Ingress")


def test_only_callers_reach_the_endpoint_of_the_api(network):
    callers = network.find_group("May call the query API")
    api = network.find_group("The endpoint of the query API")

    admitted = {other for group, other, _ in network.list_rules("Ingress") if group == api}
    assert admitted == {callers}
    assert (callers, api, 443) in network.list_rules("Egress")
