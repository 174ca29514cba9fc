"""What the endpoints of a new VPC let through, whoever signs the request.

A policy names this account's resources, so that nothing in the VPC can read from, or write to,
those of other accounts. Roles narrow that further; only for the table and the function, which
`Network.allow_requests` adds, the policy is as narrow as the role.

Endpoints in an existing VPC keep AWS's default policy, since private DNS leads other workloads to
them; only its endpoint of the API is for our callers alone.
"""

from collections.abc import Mapping, Sequence

from aws_cdk import Stack
from aws_cdk import aws_iam as iam

from infra.config.values import Service


def create_statement(actions: Sequence[str], resources: Sequence[str]) -> iam.PolicyStatement:
    """Allow anyone these actions; the policy of a gateway endpoint can name no principal."""
    return iam.PolicyStatement(
        principals=[iam.StarPrincipal()], actions=[*actions], resources=[*resources]
    )


def list_statements(stack: Stack, service: Service) -> list[iam.PolicyStatement]:
    """List the statements that need nothing but the region and the account."""
    permissions = _list_permissions(stack).get(service, {})
    return [create_statement(actions, [resource]) for resource, actions in permissions.items()]


def _list_permissions(stack: Stack) -> Mapping[Service, Mapping[str, Sequence[str]]]:
    """Return the actions on each resource.

    The endpoints of ECS in newer regions keep AWS's default policy: AWS does not document which
    actions Fargate needs at `ecs`, and without one of them no task would start.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html

    The bucket is where ECR keeps image layers:
    https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
    """
    layers = f"arn:{stack.partition}:s3:::prod-{stack.region}-starport-layer-bucket/*"
    ecr = {
        "*": ["ecr:GetAuthorizationToken"],
        _name(stack, "ecr", "repository/*"): [
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:GetDownloadUrlForLayer",
        ],
    }
    return {
        Service.S3: {layers: ["s3:GetObject"]},
        Service.ECR_API: ecr,
        Service.ECR_DKR: ecr,
        Service.LOGS: {
            _name(stack, "logs", "log-group:*"): ["logs:CreateLogStream", "logs:PutLogEvents"]
        },
        # The API itself refers to this endpoint, so the policy cannot name the API.
        Service.EXECUTE_API: {_name(stack, "execute-api", "*"): ["execute-api:Invoke"]},
    }


def _name(stack: Stack, service: str, resource: str) -> str:
    return f"arn:{stack.partition}:{service}:{stack.region}:{stack.account}:{resource}"
