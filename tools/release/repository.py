"""The repository's history: a thin layer over git."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from packaging.version import Version
from tools.release.command import run
from tools.release.package import Package, parse_package


class Repository:
    """A clone, and what is checked out in it.

    Attributes:
        root: its folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def git(self, *arguments: str) -> str:
        """Run git and give what it wrote."""
        return run("git", *arguments, folder=self.root)

    def is_clean(self) -> bool:
        """Tell whether all there is has been committed; what git ignores does not count."""
        return not self.git("status", "--porcelain")

    def get_commit_time(self) -> datetime:
        """Give the time of the commit that is checked out."""
        return datetime.fromtimestamp(int(self.git("log", "-1", "--format=%ct")), UTC)

    def list_files(self) -> list[PurePosixPath]:
        """List the files, without those that git ignores."""
        listed = self.git("ls-files", "-z", "--cached", "--others", "--exclude-standard")
        paths = (PurePosixPath(each) for each in sorted(set(listed.split("\0")) - {""}))
        return [each for each in paths if (self.root / each).is_file()]

    def find_last_tag(self, package: Package) -> str | None:
        """Give the tag of a package's last release that the present is made from."""
        prefix = f"{package.distribution}-v"
        tags = self.git("tag", "--list", f"{prefix}*", "--merged", "HEAD").split()
        return max(tags, key=lambda tag: Version(tag.removeprefix(prefix)), default=None)

    def find_last_release(self, package: Package) -> Package | None:
        """Give a package as it was at its last tag."""
        tag = self.find_last_tag(package)
        if tag is None:
            return None
        pyproject = self.git("show", f"{tag}:{package.folder / 'pyproject.toml'}")
        return parse_package(package.name, pyproject)

    def get_first_commit(self) -> str:
        """Give the commit that all others come from."""
        return self.git("rev-list", "--max-parents=0", "HEAD").split()[0]

    def list_changes(self, since: str, folder: PurePosixPath) -> list[PurePosixPath]:
        """List the files below a folder that differ from a commit, uncommitted ones included."""
        differing = self.git("diff", "--name-only", "-z", since, "--", str(folder))
        new = self.git("ls-files", "-z", "--others", "--exclude-standard", "--", str(folder))
        names = {*differing.split("\0"), *new.split("\0")} - {""}
        return [PurePosixPath(each) for each in sorted(names)]

    @contextmanager
    def check_out(self, tag: str) -> Iterator[Path]:
        """Give a folder with the files of a tag, for as long as the context lasts."""
        with TemporaryDirectory(prefix=f"{tag}-") as name:
            archive = Path(name, "tree.zip")
            self.git("archive", f"--output={archive}", tag)
            with ZipFile(archive) as files:
                files.extractall(Path(name, "tree"))
            yield Path(name, "tree")

    @contextmanager
    def undo_on_failure(self) -> Iterator[None]:
        """Go back to the commit that is checked out, unless the body comes to its end.

        Only for a clean tree: what was not committed would be lost.
        """
        before = self.git("rev-parse", "HEAD").strip()
        with ExitStack() as undoing:
            undoing.callback(self.git, "reset", "--quiet", "--hard", before)
            yield
            undoing.pop_all()
