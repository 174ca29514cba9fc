"""`nox -s release`: one package, from its tests to its tag and artefacts."""

import argparse
import shlex
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from tools.release.changelog import date_section, get_section
from tools.release.changes import is_told_by_hand
from tools.release.command import run
from tools.release.exceptions import CommandError, RefusedError
from tools.release.main import ROOT, exit_with, tell
from tools.release.package import Package, get_package
from tools.release.plan import Plan, Situation, plan_release
from tools.release.repository import Repository
from tools.release.version import PARTS
from tools.release.workspace import Workspace

_TOWNCRIER: Final = (sys.executable, "-m", "towncrier", "build", "--config=pyproject.toml")


class Release:
    """One release in a clone.

    Attributes:
        plan: what it is of.
    """

    def __init__(self, workspace: Workspace, repository: Repository, plan: Plan) -> None:
        self._repository = repository
        self._changelog = workspace.get_changelog(plan.package)
        self.plan = plan

    def describe(self) -> str:
        """Give the changelog's new section."""
        if self.plan.is_told_by_hand:
            return get_section(self._changelog.read_text("utf-8"), self.plan.package.version)
        return self._run_towncrier("--draft").strip()

    def make(self) -> None:
        """Change, commit, build and tag; if anything fails, the clone is as it was.

        Raises:
            CommandError: git, uv or towncrier failed.
        """
        # The CDK is seconds of import: a refusal should not wait for it.
        from tools.release.build import build_packages  # noqa: PLC0415

        package, tag = self.plan.package, self.plan.tag
        with self._repository.undo_on_failure():
            self._set_version()
            self._write_changelog()
            self._repository.git("add", "uv.lock", str(package.folder))
            message = f"{package.distribution}: release {package.version}"
            self._repository.git("commit", "--quiet", f"--message={message}")
            build_packages(self._repository, [package])
            self._repository.git("tag", "--annotate", f"--message={message}", tag)

    def _set_version(self) -> None:
        package = self.plan.package
        selection = (f"--package={package.distribution}", str(package.version))
        if not self.plan.is_first:
            run("uv", "version", "--no-sync", "--quiet", *selection, folder=self._repository.root)

    def _write_changelog(self) -> None:
        if self.plan.is_told_by_hand:
            day = datetime.now(UTC).date()
            text = self._changelog.read_text("utf-8")
            text = date_section(text, self.plan.package.version, day)
            self._changelog.write_text(text, "utf-8")
        else:
            self._run_towncrier("--yes")

    def _run_towncrier(self, option: str) -> str:
        package = self.plan.package
        names = (f"--name={package.distribution}", f"--version={package.version}")
        folder = f"--dir={package.folder}"
        return run(*_TOWNCRIER, option, *names, folder, folder=self._repository.root)


def assess(workspace: Workspace, repository: Repository, package: Package) -> Situation:
    """Gather what a release of a package depends on."""
    packages = workspace.load_packages()
    last_releases = (repository.find_last_release(each) for each in packages.values())
    return Situation(
        packages=packages,
        last_releases=tuple(each for each in last_releases if each),
        is_clean=repository.is_clean(),
        was_released=repository.find_last_tag(package) is not None,
        is_told_by_hand=is_told_by_hand(workspace, package),
        fragments=tuple(workspace.list_fragments(package)),
        fragment_types=tuple(workspace.list_fragment_types()),
    )


def check_tests(command: Sequence[str], package: Package) -> None:
    """Run a package's tests.

    Raises:
        RefusedError: they are red.
    """
    tell(f"running {shlex.join(command)}")
    try:
        run(*command, folder=ROOT)
    except CommandError as error:
        tell(error.output)
        raise RefusedError([f"a test of {package.distribution} is red, see above"]) from error


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="nox -s release --", description=__doc__)
    parser.add_argument("package")
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--dry-run", action="store_true", help="check and tell, and change nothing")
    parser.add_argument(
        "--test-command",
        type=shlex.split,
        metavar="COMMAND",
        help="run this in place of the package's tests; for trying the release itself",
    )
    return parser.parse_args()


def main() -> bool:
    """Release a package, or tell what that would be."""
    arguments = _parse_arguments()
    workspace, repository = Workspace(ROOT), Repository(ROOT)
    package = get_package(workspace.load_packages(), arguments.package)
    situation = assess(workspace, repository, package)
    release = Release(workspace, repository, plan_release(situation, package, arguments.part))
    tests = arguments.test_command or [sys.executable, "-m", "nox", "-s", f"test-{package.name}"]
    for line in _describe(release, tests):
        tell(line)
    if not arguments.dry_run:
        check_tests(tests, package)
        release.make()
        tell(f"released; publish it with: git push --atomic origin HEAD {release.plan.tag}")
    return True


def _describe(release: Release, tests: Sequence[str]) -> list[str]:
    plan = release.plan
    before = "its first release, of the version that it has" if plan.is_first else plan.before
    return [
        f"{plan.package.distribution} {plan.package.version} (before: {before})",
        f"{shlex.join(tests)}; commit, build into dist/{plan.package.name}, tag {plan.tag}",
        "",
        release.describe(),
        "",
        *(f"must follow: {each}" for each in plan.followers),
    ]


if __name__ == "__main__":
    exit_with(main)
