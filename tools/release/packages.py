"""The packages of the workspace, and the versions that they require of each other."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tools.release.command import RefusedError

# No index accepts such a package: https://packaging.python.org/guides/writing-pyproject-toml/
_PRIVATE = "Private :: Do Not Upload"


@dataclass(frozen=True, slots=True)
class Package:
    """A package of the workspace, as its pyproject.toml describes it.

    Attributes:
        name: its folder below `packages/`, which its nox sessions are named after.
        distribution: its name in an index and in tags.
        requirements: its dependencies, those of extras included.
        is_private: whether it is never released.
    """

    name: str
    distribution: str
    version: Version
    requirements: tuple[Requirement, ...]
    is_private: bool

    @property
    def folder(self) -> PurePosixPath:
        """The folder, relative to the root of the repository."""
        return PurePosixPath("packages", self.name)

    @property
    def tag(self) -> str:
        """The tag of a release of this version."""
        return f"{self.distribution}-v{self.version}"

    def find_unmet_requirement(self, other: "Package") -> Requirement | None:
        """Return what this package requires of another one, unless its version meets it."""
        for requirement in self.requirements:
            if canonicalize_name(requirement.name) == other.distribution:
                return None if requirement.specifier.contains(other.version) else requirement
        return None


def load_packages(root: Path) -> dict[str, Package]:
    """Read every package of the workspace, by the name of its folder."""
    paths = sorted(root.glob("packages/*/pyproject.toml"))
    return {each.parent.name: parse_package(each.parent.name, each.read_text()) for each in paths}


def parse_package(name: str, pyproject: str) -> Package:
    """Read the text of a pyproject.toml."""
    project: Mapping[str, Any] = tomllib.loads(pyproject)["project"]
    extras = project.get("optional-dependencies", {}).values()
    requirements = (*project.get("dependencies", ()), *(each for extra in extras for each in extra))
    return Package(
        name=name,
        distribution=canonicalize_name(project["name"]),
        version=Version(project["version"]),
        requirements=tuple(map(Requirement, requirements)),
        is_private=_PRIVATE in project.get("classifiers", ()),
    )


def get_package(packages: Mapping[str, Package], name: str) -> Package:
    """Return a package by the name of its folder or distribution.

    Raises:
        RefusedError: there is no such package.
    """
    for package in packages.values():
        if name in {package.name, package.distribution}:
            return package
    raise RefusedError(f"no package {name!r}; the packages are {', '.join(packages)}")


def find_conflicts(packages: Iterable[Package], released: Package) -> list[str]:
    """Describe the requirements between a new version of a package and its siblings that fail.

    An index enforces them; uv does not inside a workspace.
    """
    siblings = [each for each in packages if each.name != released.name]
    pairs = [(each, released) for each in siblings] + [(released, each) for each in siblings]
    return [
        f"{dependent.distribution} requires {unmet}, but {required.distribution} would be "
        f"{required.version}"
        for dependent, required in pairs
        if (unmet := dependent.find_unmet_requirement(required))
    ]
