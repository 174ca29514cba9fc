"""Which packages changed since their last release, and whether their users are told."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from tools.release.changelog import CHANGELOG, FRAGMENTS, find_mistakes, has_unreleased_section
from tools.release.main import ROOT, exit_with, tell
from tools.release.package import Package
from tools.release.repository import Repository
from tools.release.workspace import Workspace

# Nobody who uses a package sees these.
_UNSEEN: Final = {"tests", FRAGMENTS, CHANGELOG}


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a package since its last release.

    Attributes:
        since: its last tag, or None where it has none.
        files: how many files changed that its users see.
        mistakes: why this is not told as it should be.
    """

    package: Package
    since: str | None
    files: int
    mistakes: tuple[str, ...]

    def __str__(self) -> str:
        changed = f"changed since {self.since or 'the first commit'}: {self.files} files"
        return f"{self.package.distribution}: {'; '.join((changed, *self.mistakes))}"


def find_changes(workspace: Workspace, repository: Repository) -> list[Change]:
    """Look at every package that is ever released."""
    packages = workspace.load_packages().values()
    return [_compare(each, workspace, repository) for each in packages if each.is_released]


def _compare(package: Package, workspace: Workspace, repository: Repository) -> Change:
    since = repository.find_last_tag(package)
    changed = repository.list_changes(since or repository.get_first_commit(), package.folder)
    files = _count_seen(changed, package.folder)
    fragments = workspace.list_fragments(package)
    mistakes = find_mistakes(fragments, workspace.list_fragment_types())
    if files and not fragments and not (since is None and is_told_by_hand(workspace, package)):
        mistakes.append(f"no fragment in {package.folder / FRAGMENTS} tells it")
    return Change(package, since, files, tuple(mistakes))


def is_told_by_hand(workspace: Workspace, package: Package) -> bool:
    """Tell whether the changelog has a section of the first release, written by hand."""
    changelog = workspace.get_changelog(package).read_text("utf-8")
    return has_unreleased_section(changelog, package.version)


def _count_seen(changed: Iterable[PurePosixPath], folder: PurePosixPath) -> int:
    return sum(path.relative_to(folder).parts[0] not in _UNSEEN for path in changed)


def main() -> bool:
    """Print what changed; false where a change is not told."""
    changes = find_changes(Workspace(ROOT), Repository(ROOT))
    for change in changes:
        tell(change)
    return not any(change.mistakes for change in changes)


if __name__ == "__main__":
    exit_with(main)
