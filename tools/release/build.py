"""`nox -s build`: every package's artefacts in dist/<package>/, the same bytes for a commit."""

import argparse
import json
import shutil
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from infra.bundling import BUNDLES, BundleSpec, bundle
from tools.bill.bill import (
    Bill,
    add_components,
    describe_distributions,
    encode_bill,
    load_vendored,
    make_bill,
    make_component,
)
from tools.release.artefacts import write_checksums, write_tar, write_zip
from tools.release.command import exit_with, report, run
from tools.release.packages import Package, get_package, load_packages
from tools.release.repository import Repository

# Without extras and groups: what an installation of the package brings.
_EXPORT: Final = ("export", "--quiet", "--locked", "--no-default-groups", "--format=cyclonedx1.5")


def build_packages(repository: Repository, packages: Sequence[Package]) -> None:
    """Build all artefacts of some packages, replacing those of earlier builds.

    Raises:
        CommandError: uv failed.
        BundlingError: uv failed for a function's code.
    """
    if not repository.is_clean():
        report("note: uncommitted changes, so no commit gives these artefacts again")
    for package in packages:
        target = repository.root / "dist" / package.name
        shutil.rmtree(target, ignore_errors=True)
        _build_package(repository, package, target)
        report(f"{target.relative_to(repository.root)}:\n{write_checksums(target)}")


def _build_package(repository: Repository, package: Package, target: Path) -> None:
    stem = f"{package.distribution.replace('-', '_')}-{package.version}"
    _build_distributions(repository, package, target)
    _write_bill(repository, _export_bill(repository, package), target / f"{stem}.cdx.json")
    for spec in BUNDLES:
        if spec.distribution == package.distribution:
            stem_of_zip = f"{spec.name.replace('-', '_')}-{package.version}-lambda"
            _write_functions(repository, package, spec, target / f"{stem_of_zip}.zip")
    if (repository.root / package.folder / "Dockerfile").exists():
        write_image_context(repository, package, target / f"{stem}-context.tar")


def _build_distributions(repository: Repository, package: Package, target: Path) -> None:
    run(
        *("uv", "build", "--quiet", "--no-create-gitignore"),
        *(f"--package={package.distribution}", f"--out-dir={target}"),
        folder=repository.root,
        environment={"SOURCE_DATE_EPOCH": f"{repository.get_commit_time().timestamp():.0f}"},
    )


def _export_bill(repository: Repository, package: Package) -> Bill:
    bill = run("uv", *_EXPORT, f"--package={package.distribution}", folder=repository.root)
    vendored = load_vendored(repository.root / package.folder / "src")
    return add_components(json.loads(bill), vendored)


def _write_bill(repository: Repository, bill: Bill, target: Path) -> None:
    target.write_text(encode_bill(bill, repository.get_commit_time()), "utf-8")


def _write_functions(
    repository: Repository, package: Package, spec: BundleSpec, target: Path
) -> None:
    from aws_cdk import FileSystem  # noqa: PLC0415 - seconds, which other packages need not wait

    with bundle(spec) as name:
        folder = Path(name)
        write_zip(target, folder)
        subject = make_component("application", target.name, str(package.version))
        bill = make_bill(subject, [*describe_distributions(folder), *load_vendored(folder)])
        _write_bill(repository, bill, target.with_suffix(".cdx.json"))
        # Templates name a function's code by this hash of its files, not by the zip's.
        report(f"{target.name} holds the files of the CDK's asset {FileSystem.fingerprint(name)}")


def write_image_context(repository: Repository, package: Package, target: Path) -> None:
    """Write the files that a package's image is built from into a tar."""
    from aws_cdk import IgnoreStrategy  # noqa: PLC0415 - as above

    root, dockerfile = repository.root, package.folder / "Dockerfile"
    # A Dockerfile's own rules replace those of the root:
    # https://docs.docker.com/build/concepts/context/#filename-and-location
    own_rules = dockerfile.with_name("Dockerfile.dockerignore")
    rules = own_rules if (root / own_rules).exists() else PurePosixPath(".dockerignore")
    patterns = (root / rules).read_text("utf-8").splitlines()
    # Docker sends these two despite the rules.
    ignored = IgnoreStrategy.docker(str(root), [*patterns, f"!{rules}", f"!{dockerfile}"])
    paths = [each for each in repository.list_files() if not ignored.ignores(str(root / each))]
    write_tar(target, root, paths, repository.get_commit_time())


def main() -> bool:
    """Build the artefacts of the named packages, or of all, into dist/<package>/."""
    parser = argparse.ArgumentParser(prog="nox -s build --", description=main.__doc__)
    parser.add_argument("packages", nargs="*", metavar="PACKAGE")
    repository = Repository(Path.cwd())
    packages = load_packages(repository.root)
    names = parser.parse_args().packages or list(packages)
    build_packages(repository, [get_package(packages, name) for name in names])
    return True


if __name__ == "__main__":
    exit_with(main)
