"""The stacks of an assembly, and their states in the account."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.deployment.deploy.plan import StackState
from infra.exceptions import DeployError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_sts import STSClient


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack of an assembly.

    Attributes:
        role: ARN of the role that deploys it, with placeholders for partition and account.
        is_protected: whether it is configured to have termination protection.
    """

    name: str
    region: str
    role: str
    is_protected: bool


def read_stacks(assembly: Path) -> list[Stack]:
    """Read the stacks that `cdk synth` wrote, in the order of their deployment."""
    manifest = json.loads((assembly / "manifest.json").read_text(encoding="utf-8"))
    artifacts = {
        name: each
        for name, each in manifest["artifacts"].items()
        if each["type"] == "aws:cloudformation:stack"
    }
    dependencies = {
        name: [other for other in each.get("dependencies", []) if other in artifacts]
        for name, each in artifacts.items()
    }
    order = TopologicalSorter(dependencies).static_order()
    return [_read_stack(name, artifacts[name]) for name in order]


def _read_stack(name: str, artifact: Mapping[str, Any]) -> Stack:
    properties = artifact["properties"]
    return Stack(
        name=properties.get("stackName", name),
        region=artifact["environment"].rpartition("/")[2],
        role=properties["assumeRoleArn"],
        is_protected=properties.get("terminationProtection", False),
    )


def find_states(stacks: list[Stack]) -> dict[str, StackState]:
    """Find the state of each stack in the account, with the permissions that the CDK uses.

    Raises:
        DeployError: AWS refused, or could not be reached.
    """
    try:
        return {each.name: find_state(_connect(each), each.name) for each in stacks}
    except (BotoCoreError, ClientError) as error:
        raise DeployError(str(error)) from error


def find_state(cloudformation: "CloudFormationClient", name: str) -> StackState:
    """Find the state of a stack, which may not exist."""
    try:
        (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        # CloudFormation has no error code of its own for this.
        if "does not exist" not in str(error):
            raise
        return StackState(status=None)
    return StackState(stack["StackStatus"], stack.get("EnableTerminationProtection", False))


def _connect(stack: Stack) -> "CloudFormationClient":
    sts = boto3.Session(region_name=stack.region).client("sts")
    client: CloudFormationClient = assume_role(sts, stack).client("cloudformation")
    return client


def assume_role(sts: "STSClient", stack: Stack) -> boto3.Session:
    """Assume the role that deploys the stack; without it, use the operator's own permissions."""
    identity = sts.get_caller_identity()
    partition = identity["Arn"].split(":")[1]
    arn = stack.role.replace("${AWS::Partition}", partition)
    arn = arn.replace("${AWS::AccountId}", identity["Account"])
    try:
        response = sts.assume_role(RoleArn=arn, RoleSessionName="query-service-deploy")
    except ClientError:
        return boto3.Session(region_name=stack.region)
    credentials = response["Credentials"]
    return boto3.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        region_name=stack.region,
    )
