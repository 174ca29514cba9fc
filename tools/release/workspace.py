"""The packages of the workspace and their changelogs, as they are on disk."""

import tomllib
from pathlib import Path

from tools.release.changelog import CHANGELOG, FRAGMENTS
from tools.release.package import Package, parse_package


class Workspace:
    """A folder with the packages of the workspace.

    Attributes:
        root: the folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def load_packages(self) -> dict[str, Package]:
        """Read every package, by the name of its folder."""
        paths = sorted(self.root.glob("packages/*/pyproject.toml"))
        packages = (parse_package(each.parent.name, each.read_text("utf-8")) for each in paths)
        return {each.name: each for each in packages}

    def get_changelog(self, package: Package) -> Path:
        """Give the path of a package's changelog."""
        return self.root / package.folder / CHANGELOG

    def list_fragments(self, package: Package) -> list[str]:
        """List what lies in a package's folder of fragments; the folder may be missing."""
        return sorted(each.name for each in self.root.glob(f"{package.folder}/{FRAGMENTS}/*"))

    def list_fragment_types(self) -> list[str]:
        """List the types of fragments that towncrier is configured for."""
        settings = tomllib.loads((self.root / "pyproject.toml").read_text("utf-8"))
        return list(settings["tool"]["towncrier"]["fragment"])
