"""The tasks, their image, and the gateway's cache."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from infra.config.values import Concurrency, ImageDigest, Repository, TaskCount


class ServiceVariables(BaseModel):
    """The tasks, their image, and the gateway's cache."""

    desired_tasks: TaskCount | None = Field(
        default=None,
        description="Number of tasks that every deployment sets; without it, a deployment leaves "
        "the number to scaling.",
    )
    min_tasks: TaskCount = Field(default=2, description="Minimum number of tasks.")
    max_tasks: TaskCount = Field(default=10, description="Maximum number of tasks.")
    image_repository: Repository | None = Field(
        default=None,
        description="ECR repository of the service's image; without it, the image is built.",
    )
    image_digest: ImageDigest | None = Field(
        default=None, description="Digest of the image in that repository."
    )
    query_backend: Literal["dynamodb", "lambda"] = Field(
        default="dynamodb", description="What the service queries: DynamoDB, or the query Lambda."
    )
    query_reserved_concurrency: Concurrency | None = Field(
        default=None, description="Concurrency reserved for the query Lambda."
    )
    cache_ttl_seconds: Annotated[int, Field(ge=0, le=30)] = Field(
        default=0, description="How long the gateway caches responses; 0 disables the cache."
    )
