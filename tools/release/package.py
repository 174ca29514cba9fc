"""What a package's pyproject.toml says about it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from tools.release.exceptions import RefusedError

# No index takes a package with it: https://packaging.python.org/guides/writing-pyproject-toml/
_NEVER_RELEASED = "Private :: Do Not Upload"


@dataclass(frozen=True, slots=True)
class Package:
    """A package of the workspace.

    Attributes:
        name: its folder below `packages/`, which names its nox sessions too.
        distribution: its name in an index, and in a tag.
        requirements: what it depends on, extras included.
        is_released: whether it ever leaves this repository.
    """

    name: str
    distribution: str
    version: Version
    requirements: tuple[Requirement, ...]
    is_released: bool

    @property
    def folder(self) -> PurePosixPath:
        """The folder, from the root of the repository."""
        return PurePosixPath("packages", self.name)

    @property
    def module(self) -> str:
        """The import name, which begins the names of its files as well."""
        return self.distribution.replace("-", "_")

    def find_requirement(self, distribution: str) -> Requirement | None:
        """Give what it asks of another distribution, if anything."""
        for requirement in self.requirements:
            if canonicalize_name(requirement.name) == distribution:
                return requirement
        return None


def parse_package(name: str, pyproject: str) -> Package:
    """Read the text of a pyproject.toml."""
    project: Mapping[str, Any] = tomllib.loads(pyproject)["project"]
    optional = project.get("optional-dependencies", {}).values()
    requirements = [
        *project.get("dependencies", ()),
        *(each for group in optional for each in group),
    ]
    return Package(
        name=name,
        distribution=canonicalize_name(project["name"]),
        version=Version(project["version"]),
        requirements=tuple(map(Requirement, requirements)),
        is_released=_NEVER_RELEASED not in project.get("classifiers", ()),
    )


def get_package(packages: Mapping[str, Package], name: str) -> Package:
    """Find a package by the name of its folder or of its distribution.

    Raises:
        RefusedError: there is none.
    """
    for package in packages.values():
        if name in {package.name, package.distribution}:
            return package
    raise RefusedError([f"there is no package {name!r}; there are {', '.join(packages)}"])
