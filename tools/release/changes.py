"""`nox -s changes`: which packages changed since their last release, and what a release lacks."""

from pathlib import Path
from typing import Final

from tools.release.changelog import CHANGELOG, FRAGMENTS, Changelog
from tools.release.command import exit_with, report
from tools.release.packages import Package, load_packages
from tools.release.repository import Repository

# No user of a package sees a change of these.
_UNSEEN: Final = {"tests", FRAGMENTS, CHANGELOG}
_GOLDEN: Final = "golden"


def describe_changes(repository: Repository, package: Package) -> tuple[str, list[str]]:
    """Return what changed in a package, and what is missing or wrong about it."""
    tag = repository.find_last_tag(package)
    changelog = Changelog(repository.root, package, was_released=tag is not None)
    mistakes = changelog.find_mistakes()
    summary, is_changed = "never released", True
    if tag is not None:
        count = _count_seen_changes(repository, package, tag)
        summary, is_changed = f"files changed since {tag}: {count}", count > 0
        mistakes += find_edited_golden_files(repository, package, tag)
    if is_changed and changelog.is_empty:
        mistakes.append(f"no fragment in {package.folder / FRAGMENTS}")
    return summary, mistakes


def find_edited_golden_files(repository: Repository, package: Package, tag: str) -> list[str]:
    """Describe each edit of a golden file that was part of a release."""
    return [
        f"{path.relative_to(package.folder)} was released: add a file for the next version instead"
        for path in repository.list_changes(tag, package.folder)
        if _GOLDEN in path.parts and repository.has_file(tag, path)
    ]


def _count_seen_changes(repository: Repository, package: Package, tag: str) -> int:
    changed = repository.list_changes(tag, package.folder)
    return sum(each.relative_to(package.folder).parts[0] not in _UNSEEN for each in changed)


def main() -> bool:
    """Print each package's changes and mistakes; return false if there is a mistake."""
    repository = Repository(Path.cwd())
    is_good = True
    for package in load_packages(repository.root).values():
        if not package.is_private:
            summary, mistakes = describe_changes(repository, package)
            report("\n  ".join((f"{package.distribution}: {summary}", *mistakes)))
            is_good &= not mistakes
    return is_good


if __name__ == "__main__":
    exit_with(main)
