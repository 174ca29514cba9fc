"""The deployed resources, read from their own services."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from infra.names import CLUSTER_NAME, SERVICE_NAME, STREAM_PROCESSOR_FUNCTION
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

    # Without a package of types, as each of them is large.
    apis: Any
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

    def get_api_deployment(self) -> str:
        """Get the id of the deployment that the API's stage serves."""
        (api,) = self.apis.get_rest_apis()["items"]
        (stage,) = self.apis.get_stages(restApiId=api["id"])["item"]
        deployment_id: str = stage["deploymentId"]
        return deployment_id

    def list_event_sources(self) -> list[str]:
        """List the ARNs of the streams that the stream processor reads."""
        response = self.functions.list_event_source_mappings(FunctionName=STREAM_PROCESSOR_FUNCTION)
        return [each["EventSourceArn"] for each in response["EventSourceMappings"]]

    def count_rows(self, table: str) -> int:
        """Count the rows of a table."""
        return self.dynamodb.scan(TableName=table, Select="COUNT")["Count"]

    def list_tables(self) -> list[str]:
        """List the names of all tables."""
        return self.dynamodb.list_tables()["TableNames"]

    def get_status(self, stack: str) -> str:
        """Get CloudFormation's status of a stack."""
        return self.cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]

    def is_stack_protected(self, stack: str) -> bool:
        """Whether a stack has termination protection."""
        (described,) = self.cloudformation.describe_stacks(StackName=stack)["Stacks"]
        return described["EnableTerminationProtection"]

    def is_table_protected(self, table: str) -> bool:
        """Whether a table has deletion protection."""
        described = self.dynamodb.describe_table(TableName=table)["Table"]
        return described["DeletionProtectionEnabled"]

    def is_load_balancer_protected(self) -> bool:
        """Whether the load balancer has deletion protection."""
        (found,) = self.elb.describe_load_balancers()["LoadBalancers"]
        attributes = self.elb.describe_load_balancer_attributes(
            LoadBalancerArn=found["LoadBalancerArn"]
        )["Attributes"]
        return {"Key": "deletion_protection.enabled", "Value": "true"} in attributes

    def unprotect(self, stack: str) -> None:
        """Disable the termination protection of a stack."""
        self.cloudformation.update_termination_protection(
            StackName=stack, EnableTerminationProtection=False
        )


def connect_to(session: "boto3.Session", endpoint_url: str) -> Deployed:
    """Create the clients."""
    return Deployed(
        apis=create_client(session, "apigateway", endpoint_url),
        cloudformation=create_client(session, "cloudformation", endpoint_url),
        dynamodb=create_client(session, "dynamodb", endpoint_url),
        ecs=create_client(session, "ecs", endpoint_url),
        elb=create_client(session, "elbv2", endpoint_url),
        functions=create_client(session, "lambda", endpoint_url),
    )
