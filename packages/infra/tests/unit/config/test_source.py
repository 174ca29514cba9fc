"""Invalid configurations, each with its error line."""

import os
import subprocess
import sys
from ipaddress import IPv4Network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.config.source import load_config
from infra.exceptions import InvalidConfigError

APP = Path(__file__).parents[3] / "app.py"
EXISTING_VPC = {
    "VPC_ID": "vpc-0123456789abcdef0",
    "PRIVATE_SUBNET_1": "subnet-0123456789abcdef0",
    "PRIVATE_SUBNET_2": "subnet-0123456789abcdef1",
}
STREAM_ARN = (
    "arn:aws:dynamodb:ap-southeast-1:123456789012:table/sent/stream/2026-11-23T09:00:00.000"
)
HTTP = {"ALLOW_HTTP": "true"}
CERTIFICATE_ARN = (
    "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
)
CONSOLE = {
    **EXISTING_VPC,
    "CONSOLE_HOST": "notifications.example.com",
    "CONSOLE_CERTIFICATE_ARN": CERTIFICATE_ARN.replace("us-east-1", "ap-southeast-1"),
    "CONSOLE_CIDRS": "10.8.0.0/16",
    "CONSOLE_OIDC_ISSUER": "https://login.example.com",
    "CONSOLE_OIDC_AUTHORIZATION_ENDPOINT": "https://login.example.com/authorize",
    "CONSOLE_OIDC_TOKEN_ENDPOINT": "https://login.example.com/token?policy=sign-in",
    "CONSOLE_OIDC_USER_INFO_ENDPOINT": "https://login.example.com/user-info",
    "CONSOLE_OIDC_CLIENT_ID": "console",
    "CONSOLE_OIDC_SECRET_ARN": (
        "arn:aws:secretsmanager:ap-southeast-1:123456789012:secret:console-AbCdEf"
    ),
    "CONSOLE_OIDC_SECRET_VERSION": "01234567-89ab-cdef-0123-456789abcdef",
    "CONSOLE_OIDC_PREFIX_LIST_ID": "pl-0123456789abcdef0",
}

KEY_ARN = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"

WRONG = [
    (
        {"LOG_RETENTION_DAYS": "91"},
        (
            "LOG_RETENTION_DAYS: must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, "
            "400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653"
        ),
    ),
    (
        {"KMS_KEY_ARN": "alias/mine"},
        "KMS_KEY_ARN: 'alias/mine' does not look like arn:aws:kms:REGION:ACCOUNT:key/ID",
    ),
    ({"KMS_KEY_ARN": KEY_ARN}, "KMS_KEY_ARN: must be in ap-southeast-1"),
    (
        {"COMMAND_TABLE_KEY_ARN": KEY_ARN.replace("us-east-1", "ap-southeast-1")},
        "COMMAND_TABLE_KEY_ARN: requires COMMAND_TABLE_NAME",
    ),
    ({"TAGS": "cost-center"}, "TAGS: must be a list such as cost-center=1234,owner=notifications"),
    ({"TAGS": "aws:owner=us"}, "TAGS: 'aws:owner' does not look like cost-center"),
    ({"DEPLOYMENT_NAME": "Dev"}, "DEPLOYMENT_NAME: 'Dev' does not look like dev"),
    ({"AWS_REGION": "Singapore"}, "AWS_REGION: 'Singapore' does not look like ap-southeast-1"),
    ({"READ_TABLE_NAME": "a b"}, "READ_TABLE_NAME: 'a b' does not look like command-records"),
    (
        {"READ_TABLE_NAME": "command-records"},
        "READ_TABLE_NAME: is the name of the command table",
    ),
    (
        {
            "READ_TABLE_NAME": "sent",
            "COMMAND_TABLE_NAME": "sent",
            "COMMAND_STREAM_ARN": STREAM_ARN,
        },
        "READ_TABLE_NAME: is the name of the command table",
    ),
    ({"MIN_TASKS": "11"}, "MIN_TASKS: must not exceed MAX_TASKS, 10"),
    (
        {"DESIRED_TASKS": "1"},
        "DESIRED_TASKS: must be between MIN_TASKS and MAX_TASKS, 2 and 10",
    ),
    (
        {"MAX_TASKS": "many"},
        "MAX_TASKS: Input should be a valid integer, unable to parse string as an integer",
    ),
    ({"QUERY_BACKEND": "mongo"}, "QUERY_BACKEND: Input should be 'dynamodb' or 'lambda'"),
    (
        {"CACHE_TTL_SECONDS": "60"},
        "CACHE_TTL_SECONDS: Input should be less than or equal to 30",
    ),
    (
        {"IMAGE_REPOSITORY": "query-api"},
        "IMAGE_DIGEST: is required with IMAGE_REPOSITORY",
    ),
    (
        {"COMMAND_STREAM_ARN": STREAM_ARN},
        "COMMAND_TABLE_NAME: is required with COMMAND_STREAM_ARN",
    ),
    (
        {"COMMAND_TABLE_NAME": "command-records", "COMMAND_STREAM_ARN": STREAM_ARN},
        "COMMAND_STREAM_ARN: must be a stream of command-records",
    ),
    (
        {
            "ALLOW_HTTP": "false",
            "CERTIFICATE_ARN": CERTIFICATE_ARN,
            "CERTIFICATE_DOMAIN": "query.example.com",
        },
        "CERTIFICATE_ARN: must be in ap-southeast-1",
    ),
    (
        {"ALLOW_HTTP": ""},
        (
            "CERTIFICATE_ARN: is required: responses are personal data; ALLOW_HTTP=true waives TLS "
            "between gateway and load balancer"
        ),
    ),
    (
        {
            "CERTIFICATE_ARN": CERTIFICATE_ARN.replace("us-east-1", "ap-southeast-1"),
            "CERTIFICATE_DOMAIN": "query.example.com",
        },
        "ALLOW_HTTP: has no effect with CERTIFICATE_ARN",
    ),
    (
        {"CALLER_ACCOUNT_IDS": "1234"},
        "CALLER_ACCOUNT_IDS: '1234' does not look like 123456789012",
    ),
    (
        {"CALLER_ACCOUNT_IDS": "123456789012", "IAM_AUTHORIZATION": "false"},
        "CALLER_ACCOUNT_IDS: requires IAM_AUTHORIZATION",
    ),
    (
        {"QUERY_RESERVED_CONCURRENCY": "5"},
        "QUERY_RESERVED_CONCURRENCY: requires QUERY_BACKEND=lambda",
    ),
    (
        {"METRICS_BY_AP": "off", "WATCHED_AP_IDS": "mobile-app-001"},
        "WATCHED_AP_IDS: requires METRICS_BY_AP=on",
    ),
    (
        {"ALARM_EMAIL": "on-call"},
        "ALARM_EMAIL: 'on-call' does not look like on-call@example.com",
    ),
    (
        {"MAX_FAILURE_PERCENT": "0"},
        "MAX_FAILURE_PERCENT: Input should be greater than 0",
    ),
    (
        {"MAX_FAILURE_PERCENT": "nan"},
        "MAX_FAILURE_PERCENT: Input should be less than or equal to 100",
    ),
    (
        {"WATCHED_AP_IDS": "mobile app"},
        "WATCHED_AP_IDS: 'mobile app' does not look like mobile-app-001",
    ),
    (
        {"WATCHED_AP_IDS": "mobile-app-001, web, mobile-app-001"},
        "WATCHED_AP_IDS: has mobile-app-001 twice",
    ),
    (
        {"WATCHED_AP_IDS": ",".join(f"app-{number}" for number in range(21))},
        "WATCHED_AP_IDS: Value should have at most 20 items after validation, not 21",
    ),
    (
        CONSOLE | dict.fromkeys(EXISTING_VPC, ""),
        (
            "CONSOLE_HOST: requires VPC_ID: the load balancer reaches the sign-in provider through "
            "the routes of your subnets, and a new VPC has none"
        ),
    ),
    (
        CONSOLE | {"CONSOLE_CERTIFICATE_ARN": CERTIFICATE_ARN},
        "CONSOLE_CERTIFICATE_ARN: must be in ap-southeast-1",
    ),
    (
        CONSOLE
        | {
            "CONSOLE_OIDC_SECRET_ARN": (
                "arn:aws:secretsmanager:eu-west-1:123456789012:secret:console-AbCdEf"
            )
        },
        "CONSOLE_OIDC_SECRET_ARN: must be in ap-southeast-1",
    ),
    (
        CONSOLE | {"CONSOLE_OIDC_SECRET_ARN": "console"},
        (
            "CONSOLE_OIDC_SECRET_ARN: 'console' does not look like "
            "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-SUFFIX"
        ),
    ),
    (
        CONSOLE | {"CONSOLE_OIDC_SECRET_VERSION": "current"},
        (
            "CONSOLE_OIDC_SECRET_VERSION: 'current' does not look like "
            "01234567-89ab-cdef-0123-456789abcdef"
        ),
    ),
    (
        CONSOLE | {"CONSOLE_OIDC_TOKEN_ENDPOINT": "http://login.example.com/token"},
        (
            "CONSOLE_OIDC_TOKEN_ENDPOINT: 'http://login.example.com/token' does not look like "
            "https://login.example.com/path"
        ),
    ),
    (
        CONSOLE | {"CONSOLE_OIDC_TOKEN_ENDPOINT": "https://login.example.com:8443/token"},
        (
            "CONSOLE_OIDC_TOKEN_ENDPOINT: 'https://login.example.com:8443/token' does not look "
            "like https://login.example.com/path"
        ),
    ),
    (
        CONSOLE | {"CONSOLE_CIDRS": ","},
        "CONSOLE_CIDRS: Value should have at least 1 item after validation, not 0",
    ),
    (CONSOLE | {"CONSOLE_CIDRS": "0.0.0.0/0"}, "CONSOLE_CIDRS: 0.0.0.0/0 is not private"),
    (
        CONSOLE | {"CONSOLE_CIDRS": "10.8.0.0/16, 203.0.113.0/24"},
        "CONSOLE_CIDRS: 203.0.113.0/24 is not private",
    ),
    (CONSOLE | {"CONSOLE_CIDRS": "10.8.0.1/16"}, "CONSOLE_CIDRS: 10.8.0.1/16 has host bits set"),
]


def _networks(within="0.0.0.0/0"):
    """Networks whose first address is in another one, as large or larger or smaller."""
    return st.builds(
        lambda address, prefix: IPv4Network((int(address), prefix), strict=False),
        st.ip_addresses(v=4, network=within),
        st.integers(0, 32),
    )


@pytest.mark.parametrize(("environment", "line"), WRONG)
def test_a_mistake_is_reported_in_one_line(environment, line):
    with pytest.raises(InvalidConfigError) as caught:
        load_config({}, HTTP | environment)

    assert str(caught.value) == line


@pytest.mark.parametrize("name", sorted(CONSOLE.keys() - EXISTING_VPC.keys()))
def test_a_console_lacks_none_of_its_variables(name):
    with pytest.raises(InvalidConfigError) as caught:
        load_config({}, HTTP | CONSOLE | {name: ""})

    assert str(caught.value) == f"{name}: is required with the other CONSOLE_… variables"


def test_a_console_is_read():
    console = load_config(
        {}, {**HTTP, **CONSOLE, "CONSOLE_CIDRS": "10.8.0.0/16,192.168.4.0/24"}
    ).console

    assert console is not None
    assert console.host == "notifications.example.com"
    assert console.cidrs == ("10.8.0.0/16", "192.168.4.0/24")
    assert console.oidc_client_id == "console"


@pytest.mark.parametrize("name", ["CONSOLE", "CONSOLE_PORT"])
def test_a_variable_that_the_console_does_not_have_is_reported(name):
    with pytest.raises(InvalidConfigError, match=f"{name}: is not a variable"):
        load_config({name: "1"}, {})


@given(network=st.one_of(_networks(), _networks("10.0.0.0/8"), _networks("172.16.0.0/12")))
def test_only_private_addresses_may_be_admitted(network):
    private = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
    variables = HTTP | CONSOLE | {"CONSOLE_CIDRS": str(network)}

    if any(network.subnet_of(IPv4Network(each)) for each in private):
        assert load_config({}, variables).console.cidrs == (str(network),)
    else:
        with pytest.raises(InvalidConfigError, match="is not private"):
            load_config({}, variables)


def test_an_unknown_variable_in_the_context_is_reported():
    with pytest.raises(InvalidConfigError, match="VPCID: is not a variable"):
        load_config({"VPCID": "vpc-0123456789abcdef0", "@aws-cdk/core:flag": True}, {})


def test_all_mistakes_are_reported_at_once():
    with pytest.raises(InvalidConfigError) as caught:
        load_config({}, {"VPC_ID": "vpc-1", "MAX_TASKS": "0"})

    assert [each.variable for each in caught.value.mistakes] == ["VPC_ID", "MAX_TASKS"]


def test_every_variable_but_the_certificate_has_a_default():
    config = load_config({}, HTTP)

    assert config.aws_region == "ap-southeast-1"
    assert (config.desired_tasks, config.min_tasks, config.query_backend) == (None, 2, "dynamodb")


def test_context_wins_over_the_environment():
    config = load_config({"MAX_TASKS": 20}, HTTP | {"MAX_TASKS": "30"})

    assert config.max_tasks == 20


def test_an_empty_variable_counts_as_unset():
    assert load_config({}, HTTP | {"VPC_ID": ""}).vpc_id is None


def test_lists_and_pairs_are_read():
    config = load_config(
        {},
        {
            **HTTP,
            **EXISTING_VPC,
            "CREATE_ENDPOINTS": "dynamodb, s3",
            "ROUTE_TABLE_IDS": "rtb-0123456789abcdef0",
            "EXISTING_ENDPOINTS": "logs=vpce-0123456789abcdef0, execute-api=vpce-0123456789abcdef1",
            "ENDPOINT_SECURITY_GROUP_ID": "sg-0123456789abcdef0",
            "WATCHED_AP_IDS": "mobile-app-001, Web_portal.2",
        },
    )

    assert config.create_endpoints == ("dynamodb", "s3")
    assert config.watched_ap_ids == ("mobile-app-001", "Web_portal.2")
    assert config.existing_endpoints == {
        "logs": "vpce-0123456789abcdef0",
        "execute-api": "vpce-0123456789abcdef1",
    }


def test_the_app_exits_with_status_2_and_prints_only_the_line():
    environment = {"PATH": os.environ["PATH"], "CACHE_TTL_SECONDS": "60"}

    result = subprocess.run(
        [sys.executable, APP], env=environment, capture_output=True, text=True, check=False
    )

    assert result.returncode == 2
    assert result.stderr == "CACHE_TTL_SECONDS: Input should be less than or equal to 30\n"
