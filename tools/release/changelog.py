"""A package's changelog, and the fragments that towncrier turns into its next section."""

import re
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from packaging.version import Version

from tools.release.command import run
from tools.release.packages import Package

CHANGELOG: Final = "CHANGELOG.md"
FRAGMENTS: Final = "changelog.d"
_FRAGMENT: Final = re.compile(r"\+[a-z0-9-]+\.(?P<type>[a-z]+)\.md")
_TOWNCRIER: Final = (sys.executable, "-m", "towncrier", "build", "--config=pyproject.toml")


class Changelog:
    """The changelog of one package.

    Attributes:
        fragments: the names of the files in its folder of fragments, which may be missing.
        is_handwritten: whether the section of a first release is in the changelog already.
    """

    def __init__(self, root: Path, package: Package, *, was_released: bool) -> None:
        self._root = root
        self._package = package
        self._path = root / package.folder / CHANGELOG
        self._undated = f"\n## {package.version}\n"
        self.fragments = sorted(each.name for each in root.glob(f"{package.folder}/{FRAGMENTS}/*"))
        self.is_handwritten = not was_released and self._undated in self._path.read_text("utf-8")

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing for the next section."""
        return not self.fragments and not self.is_handwritten

    @property
    def is_breaking(self) -> bool:
        """Whether a fragment describes a change that may break the package's users."""
        return any(name.endswith(".breaking.md") for name in self.fragments)

    def find_mistakes(self) -> list[str]:
        """Describe each fragment that towncrier would ignore or has no section for."""
        settings = tomllib.loads((self._root / "pyproject.toml").read_text("utf-8"))
        types = list(settings["tool"]["towncrier"]["fragment"])
        matches = ((name, _FRAGMENT.fullmatch(name)) for name in self.fragments)
        mistakes = [
            f"{FRAGMENTS}/{name} is not named +<slug>.<{'|'.join(types)}>.md"
            for name, match in matches
            if not match or match["type"] not in types
        ]
        if self.is_handwritten and self.fragments:
            mistakes.append(
                f"{CHANGELOG} has a handwritten section {self._package.version}: "
                "move the text of the fragments there"
            )
        return mistakes

    def draft(self, version: Version) -> str:
        """Return the section of a new version."""
        if self.is_handwritten:
            section = self._path.read_text("utf-8").partition(self._undated)[2]
            return section.partition("\n## ")[0].strip()
        return self._run_towncrier(version, "--draft").strip()

    def write(self, version: Version) -> None:
        """Date the handwritten section, or replace the fragments by a section."""
        if self.is_handwritten:
            dated = f"\n## {version} ({datetime.now(UTC).date()})\n"
            text = self._path.read_text("utf-8").replace(self._undated, dated, 1)
            self._path.write_text(text, "utf-8")
        else:
            self._run_towncrier(version, "--yes")

    def _run_towncrier(self, version: Version, option: str) -> str:
        names = (f"--name={self._package.distribution}", f"--version={version}")
        folder = f"--dir={self._package.folder}"
        return run(*_TOWNCRIER, option, *names, folder, folder=self._root)
