"""Stacks of an assembly that the CDK wrote, and their states by stubbed clients."""

import aws_cdk as cdk
import boto3
import pytest
from botocore.stub import Stubber

from infra.deployment.deploy.plan import StackState
from infra.deployment.deploy.stacks import Stack, assume_role, find_state, read_stacks

REGION = "ap-southeast-1"
ACCOUNT = "123456789012"
STACK = Stack(
    "data", REGION, "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/deploy", is_protected=True
)
ROLE = f"arn:aws-cn:iam::{ACCOUNT}:role/deploy"


@pytest.fixture(autouse=True)
def _own_credentials(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "own")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")


def open_stubbed(service):
    client = boto3.client(service, region_name=REGION)
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()
    client.close()


@pytest.fixture
def cloudformation():
    yield from open_stubbed("cloudformation")


@pytest.fixture
def sts():
    for stubber in open_stubbed("sts"):
        stubber.add_response(
            "get_caller_identity",
            {"Account": ACCOUNT, "Arn": f"arn:aws-cn:iam::{ACCOUNT}:user/operator"},
        )
        yield stubber


def describe(**stack):
    return {"Stacks": [{"StackName": "data", "CreationTime": 0, **stack}]}


def test_the_stacks_are_read_in_the_order_of_their_deployment(tmp_path):
    app = cdk.App(outdir=str(tmp_path), analytics_reporting=False)
    environment = cdk.Environment(region=REGION)
    first = cdk.Stack(app, "a", env=environment)
    second = cdk.Stack(app, "b", stack_name="data", env=environment, termination_protection=True)
    first.add_dependency(second)
    app.synth()

    stacks = read_stacks(tmp_path)

    assert [(each.name, each.region, each.is_protected) for each in stacks] == [
        ("data", REGION, True),
        ("a", REGION, False),
    ]
    assert "${AWS::AccountId}:role/cdk-" in stacks[0].role


def test_the_state_is_status_and_termination_protection(cloudformation):
    cloudformation.add_response(
        "describe_stacks",
        describe(StackStatus="UPDATE_COMPLETE", EnableTerminationProtection=True),
        {"StackName": "data"},
    )

    assert find_state(cloudformation.client, "data") == StackState(
        "UPDATE_COMPLETE", is_protected=True
    )


def test_an_absent_stack_has_no_status(cloudformation):
    cloudformation.add_client_error(
        "describe_stacks", "ValidationError", "Stack with id data does not exist"
    )

    assert find_state(cloudformation.client, "data") == StackState(None)


def test_another_refusal_is_an_error(cloudformation):
    cloudformation.add_client_error("describe_stacks", "AccessDenied", "not for you")

    with pytest.raises(cloudformation.client.exceptions.ClientError, match="not for you"):
        find_state(cloudformation.client, "data")


def test_the_role_of_the_stack_is_assumed(sts):
    credentials = {
        "AccessKeyId": "key-id-of-the-role",
        "SecretAccessKey": "none",
        "SessionToken": "none",
        "Expiration": 0,
    }
    sts.add_response(
        "assume_role",
        {"Credentials": credentials},
        {"RoleArn": ROLE, "RoleSessionName": "query-service-deploy"},
    )

    session = assume_role(sts.client, STACK)

    assert session.get_credentials().access_key == "key-id-of-the-role"


def test_without_the_role_the_operators_own_credentials_are_used(sts):
    sts.add_client_error("assume_role", "AccessDenied", "not for you")

    assert assume_role(sts.client, STACK).get_credentials().access_key == "own"
