"""Rules between the variables of the network."""

import pytest

from infra.config.source import load_config
from infra.exceptions import InvalidConfigError

HTTP = {"ALLOW_HTTP": "true"}
EXISTING_VPC = {
    "VPC_ID": "vpc-0123456789abcdef0",
    "PRIVATE_SUBNET_1": "subnet-0123456789abcdef0",
    "PRIVATE_SUBNET_2": "subnet-0123456789abcdef1",
}
WITH_ENDPOINTS = {
    **EXISTING_VPC,
    "CREATE_ENDPOINTS": "dynamodb,s3,ecr.api,ecr.dkr,logs",
    "ROUTE_TABLE_IDS": "rtb-0123456789abcdef0",
    "VPC_CIDR": "10.0.0.0/16",
}

WRONG = [
    ({"VPC_ID": "vpc-1"}, "VPC_ID: 'vpc-1' does not look like vpc-0123456789abcdef0"),
    (
        {**EXISTING_VPC, "PRIVATE_SUBNET_2": ""},
        "PRIVATE_SUBNET_2: is required with VPC_ID",
    ),
    (
        {**EXISTING_VPC, "AVAILABILITY_ZONES": "ap-southeast-1a,ap-southeast-1b"},
        "AVAILABILITY_ZONES: is for a new VPC: the subnets of VPC_ID have theirs",
    ),
    (
        {**WITH_ENDPOINTS, "ROUTE_TABLE_IDS": ""},
        "ROUTE_TABLE_IDS: is required to create an endpoint of dynamodb",
    ),
    (
        {**WITH_ENDPOINTS, "VPC_CIDR": ""},
        "VPC_CIDR: is required to create an endpoint of ecr.api",
    ),
    (
        {**EXISTING_VPC, "ROUTE_TABLE_IDS": "rtb-0123456789abcdef0"},
        "ROUTE_TABLE_IDS: requires a gateway endpoint in CREATE_ENDPOINTS",
    ),
    (
        {**EXISTING_VPC, "VPC_CIDR": "10.0.0.0/16"},
        "VPC_CIDR: requires an interface endpoint in CREATE_ENDPOINTS",
    ),
    (
        {**WITH_ENDPOINTS, "CREATE_ENDPOINTS": "s3,ecr.api,lambda"},
        "CREATE_ENDPOINTS: lambda is none of dynamodb, s3, ecr.api, ecr.dkr, logs",
    ),
    (
        {**WITH_ENDPOINTS, "CREATE_ENDPOINTS": "s3,logs,execute-api"},
        "CREATE_ENDPOINTS: execute-api is none of dynamodb, s3, ecr.api, ecr.dkr, logs",
    ),
    (
        {**WITH_ENDPOINTS, "CREATE_ENDPOINTS": "s3,logs,logs"},
        "CREATE_ENDPOINTS: has logs twice",
    ),
    (
        {
            **WITH_ENDPOINTS,
            "EXISTING_ENDPOINTS": "logs=vpce-0123456789abcdef0",
            "ENDPOINT_SECURITY_GROUP_ID": "sg-0123456789abcdef0",
        },
        "CREATE_ENDPOINTS: logs is in EXISTING_ENDPOINTS",
    ),
    (
        {**EXISTING_VPC, "EXISTING_ENDPOINTS": "s3=vpce-0123456789abcdef0"},
        "EXISTING_ENDPOINTS: s3 has a gateway endpoint, which is used without being named",
    ),
    ({"CREATE_ENDPOINTS": "logs"}, "CREATE_ENDPOINTS: requires VPC_ID"),
    (
        {**WITH_ENDPOINTS, "AWS_REGION": "eu-west-1", "S3_PREFIX_LIST_ID": "pl-6da54004"},
        "DYNAMODB_PREFIX_LIST_ID: is required: see `aws ec2 describe-prefix-lists`",
    ),
    (
        {**EXISTING_VPC, "PRIVATE_SUBNET_2": EXISTING_VPC["PRIVATE_SUBNET_1"]},
        "PRIVATE_SUBNET_2: is the same as PRIVATE_SUBNET_1",
    ),
    (
        {**WITH_ENDPOINTS, "ROUTE_TABLE_IDS": ",".join(f"rtb-0123456{each}" for each in range(3))},
        "ROUTE_TABLE_IDS: must be one for both subnets, or one for each",
    ),
    (
        {**EXISTING_VPC, "EXISTING_ENDPOINTS": "logs=vpce-0123456789abcdef0"},
        "ENDPOINT_SECURITY_GROUP_ID: is required with an existing endpoint of logs",
    ),
    (
        {"PRIVATE_SUBNET_1": EXISTING_VPC["PRIVATE_SUBNET_1"]},
        "PRIVATE_SUBNET_1: requires VPC_ID",
    ),
    (
        {"AVAILABILITY_ZONES": "ap-southeast-1a,ap-southeast-1a"},
        "AVAILABILITY_ZONES: must be two different zones",
    ),
    (
        {"AVAILABILITY_ZONES": "eu-west-1a,eu-west-1b"},
        "AVAILABILITY_ZONES: must be in ap-southeast-1",
    ),
    (
        {"AWS_REGION": "eu-west-1", "S3_PREFIX_LIST_ID": "pl-6da54004"},
        "DYNAMODB_PREFIX_LIST_ID: is required: see `aws ec2 describe-prefix-lists`",
    ),
    (
        {**EXISTING_VPC, "EXISTING_ENDPOINTS": "logs"},
        "EXISTING_ENDPOINTS: must be a list such as logs=vpce-0123456789abcdef0",
    ),
    (
        {**EXISTING_VPC, "EXISTING_ENDPOINTS": "logs=vpc-1"},
        "EXISTING_ENDPOINTS: 'vpc-1' does not look like vpce-0123456789abcdef0",
    ),
    ({"VPC_CIDR": "10.0.0.1/16"}, "VPC_CIDR: 10.0.0.1/16 has host bits set"),
    ({"VPC_CIDR": "10.0.0.0/8"}, "VPC_CIDR: must be from /16 to /28"),
    ({**WITH_ENDPOINTS, "VPC_CIDR": "10.0.0.0/29"}, "VPC_CIDR: must be from /16 to /28"),
    ({"VPC_CIDR": "10.0.0.0/25"}, "VPC_CIDR: must be at least a /24 for a new VPC"),
    ({"VPC_CIDR": "10.0.0.0/24,10.1.0.0/24"}, "VPC_CIDR: must be one range for a new VPC"),
]


@pytest.mark.parametrize(("environment", "line"), WRONG)
def test_a_mistake_is_reported_in_one_line(environment, line):
    with pytest.raises(InvalidConfigError) as caught:
        load_config({}, HTTP | environment)

    assert str(caught.value) == line


def test_a_new_vpc_may_be_small():
    assert load_config({}, HTTP | {"VPC_CIDR": "10.0.0.0/24"}).vpc_cidr == ("10.0.0.0/24",)


def test_an_existing_vpc_may_have_several_ranges_of_any_size():
    variables = HTTP | WITH_ENDPOINTS | {"VPC_CIDR": "10.0.0.0/28,100.64.0.0/16"}

    assert load_config({}, variables).vpc_cidr == ("10.0.0.0/28", "100.64.0.0/16")


@pytest.mark.parametrize("region", ["ap-southeast-1", "eu-west-1", "mx-central-1"])
def test_four_variables_describe_the_network_of_an_existing_vpc(region):
    config = load_config({}, HTTP | EXISTING_VPC | {"AWS_REGION": region})

    assert config.vpc_id == EXISTING_VPC["VPC_ID"]
