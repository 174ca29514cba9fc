"""The network, made and taken as it is."""

import pytest

from infra.constructs.network.network import Network

REGION = "ap-southeast-1"
EXISTING = {
    "vpc_id": "vpc-0123456789abcdef0",
    "private_subnet_1": "subnet-0123456789abcdef0",
    "private_subnet_2": "subnet-0123456789abcdef1",
    "availability_zones": "ap-southeast-1a,ap-southeast-1b",
    "route_table_ids": "rtb-0123456789abcdef0",
    "existing_endpoints": "logs=vpce-0123456789abcdef0,s3=vpce-0123456789abcdef1",
    "endpoint_security_group_id": "sg-0123456789abcdef0",
    "caller_vpc_endpoint_ids": "vpce-0123456789abcdef2",
}


def build(stack, config):
    network = Network(stack, "Network", config=config)
    tasks = network.create_security_group("Tasks", "tasks")
    network.allow_to_dynamodb(tasks)
    network.allow_to_s3(tasks)
    network.allow_to_endpoints(tasks)


@pytest.fixture(scope="module")
def made(deploy):
    return deploy(build)


@pytest.fixture(scope="module")
def taken(deploy):
    return deploy(build, **EXISTING)


@pytest.fixture(params=["made", "taken"])
def network(request):
    """Both, one after the other."""
    return request.getfixturevalue(request.param)


def list_endpoints(deployed):
    """The endpoints that are made: service to properties."""
    found = {}
    for each in deployed.find("EC2::VPCEndpoint").values():
        service = each["ServiceName"].replace("${AWS::Region}", REGION)
        found[service.removeprefix(f"com.amazonaws.{REGION}.")] = each
    return found


def find_group(deployed, description):
    group_id = deployed.find_id("EC2::SecurityGroup", GroupDescription=description)
    return f"${{{group_id}.GroupId}}"


def list_rules(deployed, kind):
    """Rules between security groups: (of group, other group, port)."""
    other = {"Egress": "DestinationSecurityGroupId", "Ingress": "SourceSecurityGroupId"}[kind]
    return {
        (each["GroupId"], each[other], each["FromPort"])
        for each in deployed.find(f"EC2::SecurityGroup{kind}").values()
        if other in each
    }


def list_prefix_lists(deployed):
    """Where tasks may connect to by lists of addresses: (list, port)."""
    return {
        (each["DestinationPrefixListId"], each["FromPort"])
        for each in deployed.find("EC2::SecurityGroupEgress").values()
        if "DestinationPrefixListId" in each and each["GroupId"] == find_group(deployed, "tasks")
    }


def test_a_vpc_that_is_made_has_two_private_subnets_in_two_zones(made):
    subnets = made.find("EC2::Subnet").values()

    assert made.get("EC2::VPC")["CidrBlock"] == "10.0.0.0/16"
    assert {each["CidrBlock"] for each in subnets} == {"10.0.0.0/17", "10.0.128.0/17"}
    assert len({str(each["AvailabilityZone"]) for each in subnets}) == 2
    assert not any(each["MapPublicIpOnLaunch"] for each in subnets)


def test_there_is_no_way_to_the_internet(network):
    for kind in ("InternetGateway", "NatGateway", "EIP", "EgressOnlyInternetGateway", "Route"):
        assert not network.find(f"EC2::{kind}")


def test_its_flows_are_logged(made):
    flow_log = made.get("EC2::FlowLog")

    group = made.find("Logs::LogGroup")[flow_log["LogGroupName"].strip("${}")]
    assert (flow_log["ResourceType"], flow_log["TrafficType"]) == ("VPC", "ALL")
    assert group["RetentionInDays"] == 30


def test_what_is_there_is_not_made_again(taken):
    assert not taken.find("EC2::VPC")
    assert not taken.find("EC2::Subnet")
    assert set(list_endpoints(taken)) == {"dynamodb", "ecr.api", "ecr.dkr", "execute-api"}


def test_every_service_that_is_used_has_an_endpoint_and_no_other(made):
    assert set(list_endpoints(made)) == {
        "dynamodb",
        "s3",
        "ecr.api",
        "ecr.dkr",
        "logs",
        "execute-api",
    }


def test_lambda_has_one_where_it_is_the_backend(deploy):
    endpoints = list_endpoints(deploy(build, query_backend="lambda"))

    assert "lambda" in endpoints


def test_gateways_are_in_the_route_tables_of_both_subnets(made, taken):
    for service in ("dynamodb", "s3"):
        endpoint = list_endpoints(made)[service]
        assert endpoint["VpcEndpointType"] == "Gateway"
        assert {each.strip("${}") for each in endpoint["RouteTableIds"]} == set(
            made.find("EC2::RouteTable")
        )
    assert list_endpoints(taken)["dynamodb"]["RouteTableIds"] == [EXISTING["route_table_ids"]]


def test_aws_services_are_found_by_their_public_names(network):
    for service in ("ecr.api", "ecr.dkr"):
        assert list_endpoints(network)[service]["PrivateDnsEnabled"] is True


def test_the_public_apis_of_others_stay_in_reach_in_a_vpc_that_they_share(made, taken):
    assert list_endpoints(made)["execute-api"]["PrivateDnsEnabled"] is True
    assert list_endpoints(taken)["execute-api"]["PrivateDnsEnabled"] is False


def test_nothing_is_let_in_or_out_by_an_address(network):
    # What the CDK writes for nothing at all: ICMP of a type that there is not.
    nothing = {("255.255.255.255/32", "icmp")}

    groups = network.find("EC2::SecurityGroup")
    assert groups
    for group in groups.values():
        rules = [*group.get("SecurityGroupIngress", []), *group.get("SecurityGroupEgress", [])]
        by_address = {(each["CidrIp"], each["IpProtocol"]) for each in rules if "CidrIp" in each}
        assert by_address <= nothing
        assert not any("CidrIpv6" in each for each in rules)
    for kind in ("Ingress", "Egress"):
        rules = network.find(f"EC2::SecurityGroup{kind}")
        assert rules
        for rule in rules.values():
            assert not {"CidrIp", "CidrIpv6"} & rule.keys()


def test_a_security_group_rule_names_one_peer_and_one_port(network):
    peers = {"SourceSecurityGroupId", "DestinationSecurityGroupId", "DestinationPrefixListId"}

    for kind in ("Ingress", "Egress"):
        rules = network.find(f"EC2::SecurityGroup{kind}")
        assert rules
        for rule in rules.values():
            assert len(peers & rule.keys()) == 1
            assert rule["FromPort"] == rule["ToPort"]


def test_tasks_reach_dynamodb_and_s3_by_awss_lists_of_their_addresses(network):
    assert list_prefix_lists(network) == {("pl-67a5400e", 443), ("pl-6fa54006", 443)}


def test_another_regions_lists_are_told(deploy):
    deployed = deploy(
        build,
        aws_region="eu-west-1",
        dynamodb_prefix_list_id="pl-6fa54006",
        s3_prefix_list_id="pl-6da54004",
    )

    assert list_prefix_lists(deployed) == {("pl-6fa54006", 443), ("pl-6da54004", 443)}


def test_tasks_reach_the_endpoints_group_by_group(made):
    tasks = find_group(made, "tasks")
    endpoints = find_group(made, "Endpoints of the AWS services that the query service uses")

    assert (tasks, endpoints, 443) in list_rules(made, "Egress")
    assert (endpoints, tasks, 443) in list_rules(made, "Ingress")


def test_tasks_reach_the_endpoints_that_are_there(taken):
    tasks = find_group(taken, "tasks")
    existing = EXISTING["endpoint_security_group_id"]

    assert (tasks, existing, 443) in list_rules(taken, "Egress")
    assert (existing, tasks, 443) in list_rules(taken, "Ingress")


def test_callers_alone_reach_the_endpoint_of_the_api(network):
    callers = find_group(network, "May call the query API")
    api = find_group(network, "The endpoint of the query API")

    let_in = {other for group, other, _ in list_rules(network, "Ingress") if group == api}
    assert let_in == {callers}
    assert (callers, api, 443) in list_rules(network, "Egress")
