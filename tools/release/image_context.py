"""The files that an image is built from: what `.dockerignore` lets in, it and the Dockerfile."""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from aws_cdk import IgnoreStrategy


def select_context(
    root: Path, files: Iterable[PurePosixPath], dockerfile: PurePosixPath
) -> list[PurePosixPath]:
    """Choose from the repository's files, by the rules that the CDK deploys the image by.

    Args:
        dockerfile: it always goes in, as the rules themselves do, whatever they say.
    """
    rules = (root / ".dockerignore").read_text("utf-8").splitlines()
    strategy = IgnoreStrategy.docker(str(root), [*rules, f"!{dockerfile}", "!.dockerignore"])
    return [each for each in files if not strategy.ignores(str(root / each))]
