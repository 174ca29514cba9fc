"""Which workflows of GitHub may deploy; read by `delivery_app.py` only."""

from pydantic import BaseModel, Field

from infra.config.values import GitHubEnvironment, GitHubRepository


class DeliveryVariables(BaseModel):
    """Which workflows of GitHub may deploy; read by `delivery_app.py` only."""

    delivery_repository: GitHubRepository | None = Field(
        default=None,
        description="Repository whose workflows may deploy, with its ids as its tokens name it: "
        "`octo@123456/service@456789`; read by `delivery_app.py` only.",
    )
    delivery_environment: GitHubEnvironment | None = Field(
        default=None, description="GitHub environment of this deployment, such as `prod`."
    )
