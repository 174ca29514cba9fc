"""The query service's container image: built from its Dockerfile, or taken by digest."""

from pathlib import Path
from typing import Final

from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from infra.config.model import Config

_DOCKERFILE: Final = "packages/query-api/Dockerfile"


def create_service_image(
    scope: Construct, config: Config, repository_root: Path
) -> ecs.ContainerImage:
    """Make the image that the configuration names.

    Args:
        repository_root: the folder that the Dockerfile is built in. What its `.dockerignore` lets
            in is fingerprinted at synth; Docker is needed to deploy only.
    """
    if config.image_repository and config.image_digest:
        repository = ecr.Repository.from_repository_name(
            scope, "Repository", config.image_repository
        )
        return ecs.ContainerImage.from_ecr_repository(repository, config.image_digest)
    return ecs.ContainerImage.from_asset(
        str(repository_root),
        file=_DOCKERFILE,
        platform=ecr_assets.Platform.LINUX_ARM64,
        exclude=[
            # Docker always takes the Dockerfile in; the CDK obeys `.dockerignore`, which leaves it
            # out.
            f"!{_DOCKERFILE}",
            # Where the CDK copies all this to: whatever lets it in has it copy its copies for ever.
            "**/cdk.out",
        ],
    )
