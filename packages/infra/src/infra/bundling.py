"""Bundles the code of Lambda functions from `uv.lock`, without Docker.

Every dependency that is not pure Python has a wheel for Lambda's platform. The lock pins each file
by hash, so the same commit gives the same bundle everywhere.
"""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from infra.exceptions import BundlingError

WORKSPACE: Final = Path(__file__).parents[4]


@dataclass(frozen=True, slots=True)
class BundleSpec:
    """The code that some functions share.

    Attributes:
        name: of its artefact.
        distribution: a workspace package.
        extras: of the package.
        pruned: dependencies that its functions never import; what only these need is left out too.
        services: AWS services whose models boto3 needs. The models of all others are left out: they
            would be three quarters of what a cold start loads.
    """

    name: str
    distribution: str
    extras: tuple[str, ...] = ()
    pruned: tuple[str, ...] = ()
    services: tuple[str, ...] = ()


# The package is the service's; its function has no HTTP server, and credentials in its variables.
QUERY_FUNCTION: Final = BundleSpec(
    "query-api", "query-api", pruned=("botocore", "litestar", "uvicorn", "uvloop")
)
STREAM_FUNCTION: Final = BundleSpec("stream-processor", "stream-processor")
OPERATOR_FUNCTIONS: Final = BundleSpec(
    "operator-tools", "stream-processor", extras=("operations",), services=("dynamodb", "s3", "sqs")
)
BUNDLES: Final = (QUERY_FUNCTION, STREAM_FUNCTION, OPERATOR_FUNCTIONS)

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
def bundle(spec: BundleSpec) -> Iterator[str]:
    """Provide a temporary folder with the code of functions.

    Raises:
        BundlingError: uv is not installed, or it failed.
    """
    with TemporaryDirectory(prefix=f"{spec.name}-") as directory:
        write_bundle(spec, Path(directory))
        yield directory


def write_bundle(spec: BundleSpec, target: Path) -> None:
    """Write the files of a bundle into a directory; otherwise like `bundle`."""
    _install_dependencies(spec, target)
    for folder in _list_workspace_packages(spec):
        shutil.copytree(
            folder / "src", target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
        )
        _write_metadata(folder, target)
    for data in target.glob("boto*/data"):
        _prune(data, spec.services)


def _install_dependencies(spec: BundleSpec, target: Path) -> None:
    with TemporaryDirectory() as directory:
        lock = Path(directory, "pylock.toml")
        text = _export(spec, "--format=pylock.toml", "--no-emit-local")
        lock.write_text(text, encoding="utf-8")
        _run_uv(spec.distribution, *_INSTALL, f"--target={target}", f"--requirements={lock}")
    # Scripts name this machine's interpreter, and RECORD files hold the scripts' hashes.
    shutil.rmtree(target / "bin", ignore_errors=True)
    for record in (target / ".lock", *target.glob("*.dist-info/RECORD")):
        record.unlink(missing_ok=True)


def _list_workspace_packages(spec: BundleSpec) -> list[Path]:
    """List the folders of the package and of the workspace packages that it needs.

    They are copied, not installed: an installation would contain this machine's paths.
    """
    lines = _export(spec, "--no-hashes").splitlines()
    return [WORKSPACE / line for line in lines if line.startswith("./")]


def _write_metadata(folder: Path, target: Path) -> None:
    """Write the name and version of a workspace package, which its code may read.

    Source: https://packaging.python.org/en/latest/specifications/core-metadata/
    """
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name, version = project["name"], project["version"]
    metadata = target / f"{name.replace('-', '_')}-{version}.dist-info" / "METADATA"
    metadata.parent.mkdir()
    text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    metadata.write_text(text, encoding="utf-8")


def _export(spec: BundleSpec, *options: str) -> str:
    selection = (
        f"--package={spec.distribution}",
        *(f"--extra={each}" for each in spec.extras),
        *(f"--prune={each}" for each in spec.pruned),
    )
    return _run_uv(spec.distribution, *_EXPORT, *selection, *options)


def _prune(data: Path, services: tuple[str, ...]) -> None:
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
