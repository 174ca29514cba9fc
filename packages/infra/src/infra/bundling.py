"""Puts the code of a Lambda function together: on this machine, for Lambda's, from the lock.

No Docker is needed: every dependency that is not pure Python has a wheel for the platform. What
goes in is named by hash in `uv.lock`, so the same commit gives the same files everywhere.
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

# The packages that functions are made of, each with the AWS services that its code calls.
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
    # Files by address and hash: no index is asked, and none at all where uv has them.
    "--preview-features=pylock",
)


@contextmanager
def bundle(distribution: str, *, services: Collection[str]) -> Iterator[str]:
    """Provide a temporary folder with the code of a workspace package's functions.

    Args:
        services: AWS services that the code calls. boto3's descriptions of all the others are
            left out: they are three quarters of what a cold start would have to load.

    Raises:
        BundlingError: uv is not there, or failed.
    """
    with TemporaryDirectory(prefix=f"{distribution}-") as directory:
        write_bundle(distribution, Path(directory), services=services)
        yield directory


def write_bundle(distribution: str, target: Path, *, services: Collection[str]) -> None:
    """Write the files of a function's code into a directory; otherwise as `bundle`."""
    _install_dependencies(distribution, target)
    for folder in _list_workspace_packages(distribution):
        shutil.copytree(
            folder / "src", target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
        )
    for library in ("boto3", "botocore"):
        _prune(target / library / "data", services)


def _install_dependencies(distribution: str, target: Path) -> None:
    with TemporaryDirectory() as directory:
        lock = Path(directory, "pylock.toml")
        selection = (f"--package={distribution}", "--no-emit-local")
        text = _run_uv(distribution, *_EXPORT, "--format=pylock.toml", *selection)
        lock.write_text(text, encoding="utf-8")
        _run_uv(distribution, *_INSTALL, f"--target={target}", f"--requirements={lock}")
    # Scripts name this machine's interpreter; the records of what was installed have their hashes.
    shutil.rmtree(target / "bin", ignore_errors=True)
    for record in (target / ".lock", *target.glob("*.dist-info/RECORD")):
        record.unlink(missing_ok=True)


def _list_workspace_packages(distribution: str) -> list[Path]:
    """Find the folders of the package and of its siblings that it needs.

    They are copied, not installed: an installation would have this machine's paths in it.
    """
    requirements = _run_uv(distribution, *_EXPORT, f"--package={distribution}", "--no-hashes")
    return [WORKSPACE / line for line in requirements.splitlines() if line.startswith("./")]


def _prune(data: Path, services: Collection[str]) -> None:
    for folder in data.iterdir():
        if folder.is_dir() and folder.name not in services:
            shutil.rmtree(folder)


def _run_uv(distribution: str, *arguments: str) -> str:
    # Where uv runs this program, it tells where it is; else it is on the path.
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv is None:
        raise BundlingError(distribution, "uv", "it is not installed")
    result = subprocess.run(  # noqa: S603 - uv, with the arguments above
        [uv, *arguments], cwd=WORKSPACE, capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise BundlingError(distribution, f"uv {arguments[0]}", result.stderr)
    return result.stdout
