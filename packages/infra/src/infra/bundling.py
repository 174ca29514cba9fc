"""Puts the code of a Lambda function together: on this machine, for Lambda's, from the lock.

No Docker is needed: every dependency that is not pure Python has a wheel for the platform. What
goes in is named by hash in `uv.lock`, so the same commit gives the same files everywhere.
"""

import os
import shutil
import subprocess
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from aws_cdk import aws_lambda as lambda_

from infra.exceptions import BundlingError

RUNTIME: Final = lambda_.Runtime.PYTHON_3_13
ARCHITECTURE: Final = lambda_.Architecture.ARM_64

WORKSPACE: Final = Path(__file__).parents[4]

_EXPORT: Final = (
    "export",
    "--locked",
    "--no-default-groups",
    "--no-editable",
    "--no-annotate",
    "--no-header",
)
_INSTALL: Final = (
    "pip",
    "install",
    "--python-platform=aarch64-manylinux2014",
    "--python-version=3.13",
    "--only-binary=:all:",
    "--no-deps",
    "--require-hashes",
    "--no-compile-bytecode",
)


@contextmanager
def bundle(distribution: str, *, services: Collection[str]) -> Iterator[lambda_.Code]:
    """Give the code of functions of a workspace package, to be used while the context lasts.

    Args:
        services: AWS services that the code calls. boto3's descriptions of all the others are
            left out: they are three quarters of what a cold start would have to load.

    Raises:
        BundlingError: uv is not there, or failed.
    """
    with TemporaryDirectory(prefix=f"{distribution}-") as directory:
        write_bundle(distribution, Path(directory), services=services)
        yield lambda_.Code.from_asset(directory)


def write_bundle(distribution: str, target: Path, *, services: Collection[str]) -> None:
    """Write the files of a function's code into a directory; otherwise as `bundle`."""
    sources, requirements = _export(distribution)
    _run_uv(distribution, *_INSTALL, f"--target={target}", "--requirements=-", text=requirements)
    # What uv leaves for itself, and scripts that start with this machine's interpreter.
    (target / ".lock").unlink(missing_ok=True)
    shutil.rmtree(target / "bin", ignore_errors=True)
    for source in sources:
        shutil.copytree(
            source / "src", target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
        )
    for library in ("boto3", "botocore"):
        _prune(target / library / "data", services)


def _export(distribution: str) -> tuple[list[Path], str]:
    """List what a package needs: the folders of workspace packages, and the others with hashes."""
    lines = _run_uv(distribution, *_EXPORT, f"--package={distribution}").splitlines(keepends=True)
    local = [line for line in lines if line.startswith("./")]
    folders = [WORKSPACE / line.strip() for line in local]
    return folders, "".join(line for line in lines if line not in local)


def _prune(data: Path, services: Collection[str]) -> None:
    for folder in data.iterdir():
        if folder.is_dir() and folder.name not in services:
            shutil.rmtree(folder)


def _run_uv(distribution: str, *arguments: str, text: str = "") -> str:
    # Under uv, it tells where it is; else it is on the path.
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv is None:
        raise BundlingError(distribution, "uv", "it is not installed")
    result = subprocess.run(  # noqa: S603 - uv, with the arguments above
        [uv, *arguments], cwd=WORKSPACE, input=text, capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise BundlingError(distribution, f"uv {arguments[0]}", result.stderr)
    return result.stdout
