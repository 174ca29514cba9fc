"""Which deployment of an account and region it is."""

from pydantic import BaseModel, Field

from infra.config.values import DeploymentName, Tags


class EnvironmentVariables(BaseModel):
    """Which deployment of an account and region it is."""

    deployment_name: DeploymentName | None = Field(
        default=None,
        description="Prefix of the names of all resources, such as `dev`, so that an account and "
        "region can hold several deployments; choose it before the first deployment.",
    )

    deletion_protection: bool = Field(
        default=True,
        description="Whether the load balancer, the tables and their stack are protected from "
        "deletion; `nox -s deploy` creates a new stack without, then protects it.",
    )

    tags: Tags = Field(
        default={},
        description="Tags of every resource, `cost-center=1234,owner=notifications`, beside "
        "`application` and `deployment`.",
    )

    def prefix(self, name: str) -> str:
        """Return the name of a resource in this deployment: `dev-query-service` in `dev`."""
        return f"{self.deployment_name}-{name}" if self.deployment_name else name
