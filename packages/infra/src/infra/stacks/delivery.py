"""The stack of the roles that the workflows of GitHub assume.

An administrator deploys it, by `delivery_app.py`: no role in it may change it.
"""

from typing import Final

from aws_cdk import CfnOutput, Duration, Environment, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.config.model import Config
from infra.constructs.private_api.routes import SIGNED_ROUTES, STAGE
from infra.exceptions import ConfigMistake, InvalidConfigError
from infra.names import (
    APPLICATION_STACK,
    CLUSTER_NAME,
    DATA_STACK,
    SERVICE_NAME,
    TRIAL_PREFIX,
)

# https://docs.github.com/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws
_ISSUER: Final = "token.actions.githubusercontent.com"
_AUDIENCE: Final = "sts.amazonaws.com"

# Those of `cdk bootstrap` that the CDK's command line assumes to deploy. CloudFormation assumes the
# fifth, which creates the resources.
_BOOTSTRAP_ROLES: Final = ("deploy", "file-publishing", "image-publishing", "lookup")
_QUALIFIER: Final = "hnb659fds"

# DynamoDB adds an index to a large table in hours.
_DEPLOYMENT: Final = Duration.hours(4)


class DeliveryStack(Stack):
    """Three roles: to compare a pull request, to deploy, and to check a deployment.

    An account has one identity provider for GitHub, which must exist.

    Raises:
        InvalidConfigError: the repository or the environment is not configured.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: Config) -> None:
        super().__init__(
            scope,
            construct_id,
            env=Environment(region=config.aws_region),
            description="Query Service: the roles of the workflows",
        )
        if config.delivery_repository is None:
            mistake = ConfigMistake("DELIVERY_REPOSITORY", "is required by delivery_app.py")
            raise InvalidConfigError((mistake,))
        self._config = config
        self._create_diff_role()
        self._create_deploy_role()
        self._create_check_role()

    def _create_diff_role(self) -> None:
        """Create the role of pull requests, which reads templates and nothing else.

        The bootstrap's lookup role, which the CDK prefers, may read the tables too.
        """
        role = self._create_role(
            "Diff", "pull_request", description="Compares templates for pull requests"
        )
        self._allow(
            role,
            ["cloudformation:DescribeStacks", "cloudformation:GetTemplate"],
            [
                self._name_arn("cloudformation", "stack", f"{self._config.prefix(each)}/*")
                for each in (DATA_STACK, APPLICATION_STACK)
            ],
        )

    def _create_deploy_role(self) -> None:
        role = self._create_role(
            "Deploy",
            f"environment:{self._config.delivery_environment}",
            description="Deploys the Query Service",
            max_session_duration=_DEPLOYMENT,
        )
        roles = [
            self.format_arn(
                service="iam",
                region="",
                resource="role",
                resource_name=f"cdk-{_QUALIFIER}-{each}-role-{self.account}-{self.region}",
            )
            for each in _BOOTSTRAP_ROLES
        ]
        self._allow(role, ["sts:AssumeRole"], roles)
        self._allow(role, ["ecs:DescribeServices"], [self._get_service_arn()])

    def _create_check_role(self) -> None:
        """Create the role of smoke test, trial and rollback."""
        role = self._create_role(
            "Check",
            f"environment:{self._config.delivery_environment}-check",
            description="Checks the Query Service and rolls it back",
        )
        # The API, whose id would replace the `*`, is created after this stack.
        self._allow(
            role,
            ["execute-api:Invoke"],
            [
                self._name_arn("execute-api", "*", f"{STAGE}/{method}/{path}")
                for method, path in SIGNED_ROUTES
            ],
        )
        self._allow(
            role,
            ["dynamodb:PutItem", "dynamodb:DeleteItem"],
            [self._name_arn("dynamodb", "table", self._config.command_table)],
            conditions={
                "ForAllValues:StringLike": {"dynamodb:LeadingKeys": [f"{TRIAL_PREFIX}*"]},
                # `ForAllValues` alone also allows a request without the key.
                "Null": {"dynamodb:LeadingKeys": "false"},
            },
        )
        if self._config.command_table_key_arn:
            self._allow(role, ["kms:Decrypt"], [self._config.command_table_key_arn])
        self._allow(role, ["ecs:DescribeServices", "ecs:UpdateService"], [self._get_service_arn()])
        self._allow(role, ["ecs:ListTaskDefinitions"], ["*"])

    def _create_role(
        self,
        name: str,
        subject: str,
        *,
        description: str,
        max_session_duration: Duration | None = None,
    ) -> iam.Role:
        """Create a role for one subject of the repository's tokens, and output its ARN."""
        provider = self.format_arn(
            service="iam", region="", resource="oidc-provider", resource_name=_ISSUER
        )
        claims = {
            f"{_ISSUER}:aud": _AUDIENCE,
            f"{_ISSUER}:sub": f"repo:{self._config.delivery_repository}:{subject}",
        }
        role = iam.Role(
            self,
            f"{name}Role",
            description=description,
            assumed_by=iam.WebIdentityPrincipal(provider, {"StringEquals": claims}),
            max_session_duration=max_session_duration,
        )
        CfnOutput(self, f"{name}RoleArn", value=role.role_arn)
        return role

    @staticmethod
    def _allow(
        role: iam.Role,
        actions: list[str],
        resources: list[str],
        conditions: dict[str, object] | None = None,
    ) -> None:
        role.add_to_policy(
            iam.PolicyStatement(actions=actions, resources=resources, conditions=conditions)
        )

    def _name_arn(self, service: str, resource: str, name: str) -> str:
        return self.format_arn(service=service, resource=resource, resource_name=name)

    def _get_service_arn(self) -> str:
        cluster, service = map(self._config.prefix, (CLUSTER_NAME, SERVICE_NAME))
        return self._name_arn("ecs", "service", f"{cluster}/{service}")
