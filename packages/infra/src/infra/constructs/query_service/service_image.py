"""The Query Service's container image: built from its Dockerfile, or referenced by digest."""

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
    """Return the image that the configuration names.

    Args:
        repository_root: the build context. The files that its `.dockerignore` lets in are
            fingerprinted at synth; Docker is needed only to deploy.
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
            # Docker always includes the Dockerfile; the CDK obeys `.dockerignore`, which omits it.
            f"!{_DOCKERFILE}",
            # The copy of this context: otherwise every synth copies its earlier copies.
            "**/cdk.out",
        ],
    )
