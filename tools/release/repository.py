"""The repository and its history, over git."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from packaging.version import Version

from tools.release.command import run
from tools.release.packages import Package, parse_package


class Repository:
    """A clone with its working tree.

    Attributes:
        root: the working tree's folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def git(self, *arguments: str) -> str:
        """Run git and return its output."""
        return run("git", *arguments, folder=self.root)

    def is_clean(self) -> bool:
        """Return whether everything but ignored files is committed."""
        return not self.git("status", "--porcelain")

    def get_commit_time(self) -> datetime:
        """Return the time of the current commit."""
        return datetime.fromtimestamp(int(self.git("log", "-1", "--format=%ct")), UTC)

    def list_files(self) -> list[PurePosixPath]:
        """List the files of the working tree that git does not ignore."""
        names = self._list_names("ls-files", "-z", "--cached", "--others", "--exclude-standard")
        return [each for each in names if (self.root / each).is_file()]

    def find_last_tag(self, package: Package) -> str | None:
        """Return the tag of the package's last release among the ancestors of this commit."""
        prefix = f"{package.distribution}-v"
        tags = self.git("tag", "--list", f"{prefix}*", "--merged", "HEAD").split()
        return max(tags, key=lambda tag: Version(tag.removeprefix(prefix)), default=None)

    def find_last_release(self, package: Package) -> Package | None:
        """Return the package as it was at its last tag."""
        tag = self.find_last_tag(package)
        if tag is None:
            return None
        pyproject = self.git("show", f"{tag}:{package.folder / 'pyproject.toml'}")
        return parse_package(package.name, pyproject)

    def list_changes(self, since: str, folder: PurePosixPath) -> list[PurePosixPath]:
        """List the files below a folder that differ from a commit, uncommitted ones included."""
        untracked = ("ls-files", "-z", "--others", "--exclude-standard", "--", str(folder))
        differing = ("diff", "-z", "--name-only", "--no-renames", since, "--", str(folder))
        return sorted({*self._list_names(*untracked), *self._list_names(*differing)})

    def has_file(self, commit: str, path: PurePosixPath) -> bool:
        """Return whether a file exists in a commit."""
        return bool(self.git("ls-tree", "--name-only", commit, str(path)))

    @contextmanager
    def undo_on_failure(self) -> Iterator[None]:
        """Return to the current commit if the body raises; uncommitted changes are lost then."""
        before = self.git("rev-parse", "HEAD").strip()
        with ExitStack() as undoing:
            undoing.callback(self.git, "reset", "--quiet", "--hard", before)
            yield
            undoing.pop_all()

    def _list_names(self, *command: str) -> list[PurePosixPath]:
        return [PurePosixPath(each) for each in sorted(set(self.git(*command).split("\0")) - {""})]
