"""Bundles the code of Lambda functions from `uv.lock`, without Docker.

Every dependency that is not pure Python has a wheel for Lambda's platform. The lock pins each file
by hash, so the same commit gives the same bundle everywhere.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from infra.exceptions import BundlingError

WORKSPACE: Final = Path(__file__).parents[4]

# The packages of the functions, each with the AWS services that its code calls.
SERVICES: Final[Mapping[str, Collection[str]]] = {
    "query-api": ("dynamodb",),
    "stream-processor": ("dynamodb", "s3", "sqs"),
}

_EXPORT: Final = ("export", "--locked", "--no-default-groups", "--no-editable", "--no-header")
_INSTALL: Final = (
    "pip",
    "install",
    f"--python={sys.executable}",
    "--python-platform=aarch64-manylinux2014",
    "--python-version=3.13",
    "--only-binary=:all:",
    "--no-deps",
    "--no-compile-bytecode",
    # Installs by URL and hash: queries no index, and downloads nothing that uv has cached.
    "--preview-features=pylock",
)


@contextmanager
def bundle(distribution: str, *, services: Collection[str]) -> Iterator[str]:
    """Provide a temporary folder with the code of a workspace package's functions.

    Args:
        services: AWS services that the code calls. boto3's models of all other services are left
            out: they would be three quarters of what a cold start loads.

    Raises:
        BundlingError: uv is not installed, or it failed.
    """
    with TemporaryDirectory(prefix=f"{distribution}-") as directory:
        write_bundle(distribution, Path(directory), services=services)
        yield directory


def write_bundle(distribution: str, target: Path, *, services: Collection[str]) -> None:
    """Write the files of a bundle into a directory; otherwise like `bundle`."""
    _install_dependencies(distribution, target)
    for folder in _list_workspace_packages(distribution):
        shutil.copytree(
            folder / "src", target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
        )
    for data in target.glob("boto*/data"):
        _prune(data, services)


def _install_dependencies(distribution: str, target: Path) -> None:
    with TemporaryDirectory() as directory:
        lock = Path(directory, "pylock.toml")
        selection = (f"--package={distribution}", "--no-emit-local")
        text = _run_uv(distribution, *_EXPORT, "--format=pylock.toml", *selection)
        lock.write_text(text, encoding="utf-8")
        _run_uv(distribution, *_INSTALL, f"--target={target}", f"--requirements={lock}")
    # Scripts name this machine's interpreter, and RECORD files hold the scripts' hashes.
    shutil.rmtree(target / "bin", ignore_errors=True)
    for record in (target / ".lock", *target.glob("*.dist-info/RECORD")):
        record.unlink(missing_ok=True)


def _list_workspace_packages(distribution: str) -> list[Path]:
    """List the folders of the package and of the workspace packages that it needs.

    They are copied, not installed: an installation would contain this machine's paths.
    """
    requirements = _run_uv(distribution, *_EXPORT, f"--package={distribution}", "--no-hashes")
    return [WORKSPACE / line for line in requirements.splitlines() if line.startswith("./")]


def _prune(data: Path, services: Collection[str]) -> None:
    for folder in data.iterdir():
        if folder.is_dir() and folder.name not in services:
            shutil.rmtree(folder)


def _run_uv(distribution: str, *arguments: str) -> str:
    # uv sets UV for the programs that it runs.
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv is None:
        raise BundlingError(distribution, "uv", "it is not installed")
    result = subprocess.run(  # noqa: S603 - uv, with the arguments above
        [uv, *arguments], cwd=WORKSPACE, capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise BundlingError(distribution, f"uv {arguments[0]}", result.stderr)
    return result.stdout
