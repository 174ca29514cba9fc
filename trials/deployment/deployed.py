"""The deployed resources, read from their own services."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from infra.names import CLUSTER_NAME, SERVICE_NAME
from local_stack.emulator.aws_access import create_client
from local_stack.ports import HOST
from trials.deployment.exceptions import RehearsalError

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_ecs import ECSClient
    from mypy_boto3_elbv2 import ElasticLoadBalancingv2Client
    from mypy_boto3_lambda import LambdaClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """Clients of the account with the deployment."""

    cloudformation: "CloudFormationClient"
    dynamodb: "DynamoDBClient"
    ecs: "ECSClient"
    elb: "ElasticLoadBalancingv2Client"
    functions: "LambdaClient"

    def get_load_balancer_name(self) -> str:
        """Get the name of the load balancer."""
        (found,) = self.elb.describe_load_balancers()["LoadBalancers"]
        return found["LoadBalancerName"]

    def register_target(self, port: int) -> None:
        """Register a port of this machine as a target of the load balancer."""
        (group,) = self.elb.describe_target_groups()["TargetGroups"]
        self.elb.register_targets(
            TargetGroupArn=group["TargetGroupArn"], Targets=[{"Id": HOST, "Port": port}]
        )

    def get_task_definition(self) -> str:
        """Get the ARN of the task definition that the service runs."""
        response = self.ecs.describe_services(cluster=CLUSTER_NAME, services=[SERVICE_NAME])
        return response["services"][0]["taskDefinition"]

    def get_container_environment(self) -> dict[str, str]:
        """Get the environment variables of the task's container."""
        described = self.ecs.describe_task_definition(taskDefinition=self.get_task_definition())
        (container,) = described["taskDefinition"]["containerDefinitions"]
        return {each["name"]: each["value"] for each in container["environment"]}

    def invoke(self, function: str, event: Mapping[str, object]) -> Mapping[str, Any]:
        """Invoke a deployed function.

        Raises:
            RehearsalError: it failed.
        """
        response = self.functions.invoke(FunctionName=function, Payload=json.dumps(event))
        payload: Mapping[str, Any] = json.loads(response["Payload"].read())
        if response.get("FunctionError"):
            raise RehearsalError(f"{function} failed: {payload.get('errorMessage')}")
        return payload

    def create_table(self, name: str) -> None:
        """Create a table with the key of the replaced system's read table."""
        self.dynamodb.create_table(
            TableName=name,
            KeySchema=[
                {"AttributeName": "user_id", "KeyType": "HASH"},
                {"AttributeName": "created_at", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "user_id", "AttributeType": "S"},
                {"AttributeName": "created_at", "AttributeType": "N"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )

    def list_tables(self) -> list[str]:
        """List the names of all tables."""
        return self.dynamodb.list_tables()["TableNames"]

    def unprotect(self, stack: str) -> None:
        """Disable the termination protection of a stack."""
        self.cloudformation.update_termination_protection(
            StackName=stack, EnableTerminationProtection=False
        )


def connect_to(session: "boto3.Session", endpoint_url: str) -> Deployed:
    """Create the clients."""
    return Deployed(
        cloudformation=create_client(session, "cloudformation", endpoint_url),
        dynamodb=create_client(session, "dynamodb", endpoint_url),
        ecs=create_client(session, "ecs", endpoint_url),
        elb=create_client(session, "elbv2", endpoint_url),
        functions=create_client(session, "lambda", endpoint_url),
    )
