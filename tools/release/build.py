"""`nox -s build`: every package's artefacts, in dist/<package>/, the same bytes for a commit."""

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from aws_cdk import FileSystem
from tools.release.archives import write_tar, write_zip
from tools.release.bill_of_materials import EXPORT, settle_bill
from tools.release.checksums import write_checksums
from tools.release.command import run
from tools.release.exceptions import RefusedError
from tools.release.image_context import select_context
from tools.release.main import ROOT, exit_with, tell
from tools.release.package import Package, get_package
from tools.release.repository import Repository
from tools.release.workspace import Workspace

from infra.bundling import SERVICES, WORKSPACE, write_bundle


def build_packages(repository: Repository, packages: Sequence[Package]) -> None:
    """Build all that is made of some packages, in place of what was built before.

    Raises:
        RefusedError: the functions would be bundled from another folder than this one.
        CommandError: uv failed.
    """
    if repository.root != WORKSPACE:
        raise RefusedError([f"infra is installed from {WORKSPACE}, not from {repository.root}"])
    if not repository.is_clean():
        tell("note: not everything is committed, so this cannot be built again from a commit")
    for package in packages:
        target = repository.root / "dist" / package.name
        shutil.rmtree(target, ignore_errors=True)
        _build_package(repository, package, target)
        tell(f"{target.relative_to(repository.root)}:\n{write_checksums(target)}")


def _build_package(repository: Repository, package: Package, target: Path) -> None:
    stem = f"{package.module}-{package.version}"
    _build_distributions(repository, package, target)
    _write_bill(repository, package, target / f"{stem}.cdx.json")
    if package.distribution in SERVICES:
        _write_function(package, target / f"{stem}-lambda.zip")
    dockerfile = package.folder / "Dockerfile"
    if (repository.root / dockerfile).exists():
        context = select_context(repository.root, repository.list_files(), dockerfile)
        time_s = int(repository.get_commit_time().timestamp())
        write_tar(target / f"{stem}-context.tar", repository.root, context, time_s)


def _build_distributions(repository: Repository, package: Package, target: Path) -> None:
    run(
        *("uv", "build", "--quiet", "--no-create-gitignore"),
        *(f"--package={package.distribution}", f"--out-dir={target}"),
        folder=repository.root,
        environment={"SOURCE_DATE_EPOCH": f"{repository.get_commit_time().timestamp():.0f}"},
    )


def _write_bill(repository: Repository, package: Package, target: Path) -> None:
    command = ("uv", *EXPORT, f"--package={package.distribution}")
    exported = run(*command, folder=repository.root)
    target.write_text(settle_bill(exported, repository.get_commit_time()), "utf-8")


def _write_function(package: Package, target: Path) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        distribution = package.distribution
        write_bundle(distribution, folder, services=SERVICES[distribution])
        write_zip(target, folder)
        # A template names a function's code by this: the CDK hashes the files, not their zip.
        tell(f"{target.name} holds the files of the CDK's asset {FileSystem.fingerprint(name)}")


def main() -> bool:
    """Build the packages that are named, or all."""
    parser = argparse.ArgumentParser(prog="nox -s build --", description=__doc__)
    parser.add_argument("packages", nargs="*", metavar="PACKAGE")
    packages = Workspace(ROOT).load_packages()
    named = parser.parse_args().packages or list(packages)
    build_packages(Repository(ROOT), [get_package(packages, name) for name in named])
    return True


if __name__ == "__main__":
    exit_with(main)
