"""`nox -s release`: releases one package, from its tests to its tag and artefacts."""

import argparse
import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from packaging.version import Version

from tools.release.build import build_packages
from tools.release.changelog import FRAGMENTS, Changelog
from tools.release.changes import find_edited_golden_files
from tools.release.command import CommandError, RefusedError, exit_with, report, run
from tools.release.packages import Package, find_conflicts, get_package, load_packages
from tools.release.repository import Repository

_PARTS: Final = ("major", "minor", "patch")


@dataclass(frozen=True, slots=True)
class Plan:
    """A release that only a failing test can stop.

    Attributes:
        package: the package with its new version.
        previous_tag: the tag of its last release, None for a first one.
        followers: what siblings require whose last release excludes the new version.
    """

    package: Package
    previous_tag: str | None
    changelog: Changelog
    followers: tuple[str, ...]


def plan_release(repository: Repository, name: str, part: str) -> Plan:
    """Plan the release of a package.

    Args:
        part: the part of the version to raise; a first release is of the version as it is.

    Raises:
        RefusedError: with every reason against the release.
    """
    packages = load_packages(repository.root)
    package = get_package(packages, name)
    if package.is_private:
        raise RefusedError(f"{package.distribution} is private and never released")
    tag = repository.find_last_tag(package)
    changelog = Changelog(repository.root, package, was_released=tag is not None)
    released = _raise_version(repository, package, part) if tag else package
    reasons = [
        *_find_reasons_against(repository, package, changelog, part),
        *find_conflicts(packages.values(), released),
    ]
    if reasons:
        raise RefusedError(*reasons)
    followers = _find_followers(repository, packages.values(), released)
    return Plan(released, tag, changelog, tuple(followers))


def _find_followers(
    repository: Repository, packages: Iterable[Package], released: Package
) -> Iterator[str]:
    for last_release in filter(None, map(repository.find_last_release, packages)):
        if unmet := last_release.find_unmet_requirement(released):
            yield f"{last_release.distribution} {last_release.version} requires {unmet}"


def _raise_version(repository: Repository, package: Package, part: str) -> Package:
    options = (f"--package={package.distribution}", f"--bump={part}")
    command = ("uv", "version", "--dry-run", "--frozen", "--short", *options)
    return replace(package, version=Version(run(*command, folder=repository.root)))


def _find_reasons_against(
    repository: Repository, package: Package, changelog: Changelog, part: str
) -> Iterator[str]:
    tag = repository.find_last_tag(package)
    if not repository.is_clean():
        yield "uncommitted changes: see git status"
    yield from changelog.find_mistakes()
    if changelog.is_empty:
        yield f"no fragment in {package.folder / FRAGMENTS}"
    if tag is None:
        return
    yield from find_edited_golden_files(repository, package, tag)
    # Siblings require ~=0.1.0 below 1.0, which excludes 0.2.0, and from then on ~=1.2.
    breaking_part = "major" if package.version.major else "minor"
    if changelog.is_breaking and _PARTS.index(part) > _PARTS.index(breaking_part):
        yield f"a fragment is of type breaking: release a {breaking_part}, not a {part}"


def make_release(repository: Repository, plan: Plan) -> None:
    """Change, commit, build and tag; restore the clone if a step fails.

    Raises:
        CommandError: git, uv or towncrier failed.
    """
    package = plan.package
    message = f"{package.distribution}: release {package.version}"
    with repository.undo_on_failure():
        if plan.previous_tag is not None:
            selection = (f"--package={package.distribution}", str(package.version))
            run("uv", "version", "--no-sync", "--quiet", *selection, folder=repository.root)
        plan.changelog.write(package.version)
        repository.git("add", "uv.lock", str(package.folder))
        repository.git("commit", "--quiet", f"--message={message}")
        build_packages(repository, [package])
        repository.git("tag", "--annotate", f"--message={message}", package.tag)


def _check_tests(command: Sequence[str], repository: Repository) -> None:
    report(f"running {shlex.join(command)}")
    try:
        run(*command, folder=repository.root)
    except CommandError as error:
        report(error.output)
        raise RefusedError("the tests failed, see above") from error


def _describe(plan: Plan) -> Iterator[str]:
    package = plan.package
    previous = f"follows {plan.previous_tag}" if plan.previous_tag else "is the first release"
    yield f"{package.tag} {previous}: test, commit, build into dist/{package.name}, tag\n"
    yield f"{plan.changelog.draft(package.version)}\n"
    for follower in plan.followers:
        yield f"must follow: {follower}"


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="nox -s release --", description=main.__doc__)
    parser.add_argument("package", help="its folder below packages/, or its distribution")
    parser.add_argument("part", choices=_PARTS, help="the part of the version to raise")
    parser.add_argument("--dry-run", action="store_true", help="check and describe it only")
    parser.add_argument(
        "--test-command",
        type=shlex.split,
        metavar="COMMAND",
        help="run this instead of the package's tests, to try the release itself",
    )
    return parser.parse_args()


def main() -> bool:
    """Test, commit, build and tag a release of one package; nothing is pushed."""
    arguments = _parse_arguments()
    repository = Repository(Path.cwd())
    plan = plan_release(repository, arguments.package, arguments.part)
    for line in _describe(plan):
        report(line)
    if not arguments.dry_run:
        _check_tests(arguments.test_command or _get_test_command(plan.package), repository)
        make_release(repository, plan)
        report(f"released; publish it with: git push --atomic origin HEAD {plan.package.tag}")
    return True


def _get_test_command(package: Package) -> list[str]:
    return [sys.executable, "-m", "nox", "-s", f"test-{package.name}"]


if __name__ == "__main__":
    exit_with(main)
