"""The network, created and imported."""

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
def created(deploy):
    return deploy(build)


@pytest.fixture(scope="module")
def imported(deploy):
    return deploy(build, **EXISTING)


@pytest.fixture(params=["created", "imported"])
def network(request):
    """Both networks, one after the other."""
    return request.getfixturevalue(request.param)


def list_endpoints(deployed):
    """The created endpoints: service to properties."""
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
    """Prefix lists that tasks may connect to: (list, port)."""
    return {
        (each["DestinationPrefixListId"], each["FromPort"])
        for each in deployed.find("EC2::SecurityGroupEgress").values()
        if "DestinationPrefixListId" in each and each["GroupId"] == find_group(deployed, "tasks")
    }


def test_a_new_vpc_has_two_private_subnets_in_two_zones(created):
    subnets = created.find("EC2::Subnet").values()

    assert created.get("EC2::VPC")["CidrBlock"] == "10.0.0.0/16"
    assert {each["CidrBlock"] for each in subnets} == {"10.0.0.0/17", "10.0.128.0/17"}
    assert len({str(each["AvailabilityZone"]) for each in subnets}) == 2
    assert not any(each["MapPublicIpOnLaunch"] for each in subnets)


def test_there_is_no_route_to_the_internet(network):
    for kind in ("InternetGateway", "NatGateway", "EIP", "EgressOnlyInternetGateway", "Route"):
        assert not network.find(f"EC2::{kind}")


def test_all_traffic_of_a_new_vpc_is_logged(created):
    flow_log = created.get("EC2::FlowLog")

    group = created.find("Logs::LogGroup")[flow_log["LogGroupName"].strip("${}")]
    assert (flow_log["ResourceType"], flow_log["TrafficType"]) == ("VPC", "ALL")
    assert group["RetentionInDays"] == 30


def test_existing_resources_are_not_created(imported):
    assert not imported.find("EC2::VPC")
    assert not imported.find("EC2::Subnet")
    assert set(list_endpoints(imported)) == {"dynamodb", "ecr.api", "ecr.dkr", "execute-api"}


def test_only_services_in_use_have_an_endpoint(created):
    assert set(list_endpoints(created)) == {
        "dynamodb",
        "s3",
        "ecr.api",
        "ecr.dkr",
        "logs",
        "execute-api",
    }


def test_with_the_lambda_backend_lambda_has_an_endpoint(deploy):
    endpoints = list_endpoints(deploy(build, query_backend="lambda"))

    assert "lambda" in endpoints


def test_gateway_endpoints_are_in_the_route_tables_of_both_subnets(created, imported):
    for service in ("dynamodb", "s3"):
        endpoint = list_endpoints(created)[service]
        assert endpoint["VpcEndpointType"] == "Gateway"
        assert {each.strip("${}") for each in endpoint["RouteTableIds"]} == set(
            created.find("EC2::RouteTable")
        )
    assert list_endpoints(imported)["dynamodb"]["RouteTableIds"] == [EXISTING["route_table_ids"]]


def test_interface_endpoints_have_private_dns(network):
    for service in ("ecr.api", "ecr.dkr"):
        assert list_endpoints(network)[service]["PrivateDnsEnabled"] is True


def test_the_api_endpoint_has_private_dns_only_in_a_new_vpc(created, imported):
    assert list_endpoints(created)["execute-api"]["PrivateDnsEnabled"] is True
    assert list_endpoints(imported)["execute-api"]["PrivateDnsEnabled"] is False


def test_no_rule_allows_an_address(network):
    # The CDK writes a group without rules as ICMP of an impossible type.
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


def test_tasks_reach_dynamodb_and_s3_by_prefix_list(network):
    assert list_prefix_lists(network) == {("pl-67a5400e", 443), ("pl-6fa54006", 443)}


def test_prefix_lists_of_other_regions_come_from_the_configuration(deploy):
    deployed = deploy(
        build,
        aws_region="eu-west-1",
        dynamodb_prefix_list_id="pl-6fa54006",
        s3_prefix_list_id="pl-6da54004",
    )

    assert list_prefix_lists(deployed) == {("pl-6fa54006", 443), ("pl-6da54004", 443)}


def test_tasks_reach_new_endpoints_by_security_group(created):
    tasks = find_group(created, "tasks")
    endpoints = find_group(created, "Endpoints of the AWS services that the query service uses")

    assert (tasks, endpoints, 443) in list_rules(created, "Egress")
    assert (endpoints, tasks, 443) in list_rules(created, "Ingress")


def test_tasks_reach_existing_endpoints_by_security_group(imported):
    tasks = find_group(imported, "tasks")
    existing = EXISTING["endpoint_security_group_id"]

    assert (tasks, existing, 443) in list_rules(imported, "Egress")
    assert (existing, tasks, 443) in list_rules(imported, "Ingress")


def test_only_callers_reach_the_endpoint_of_the_api(network):
    callers = find_group(network, "May call the query API")
    api = find_group(network, "The endpoint of the query API")

    let_in = {other for group, other, _ in list_rules(network, "Ingress") if group == api}
    assert let_in == {callers}
    assert (callers, api, 443) in list_rules(network, "Egress")
