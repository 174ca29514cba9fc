"""Which versions of packages meet in production, and so have to be tried together."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from tools.release.package import Package
from tools.release.version import bump, find_breaking_part


@dataclass(frozen=True, slots=True)
class Source:
    """A package at a commit.

    Attributes:
        tag: its last release, or None for what is checked out.
    """

    package: Package
    tag: str | None

    def __str__(self) -> str:
        return self.tag or f"{self.package.distribution} as it is"


@dataclass(frozen=True, slots=True)
class Trial:
    """A package with a version of a sibling that it may be installed with."""

    dependent: Source
    sibling: Source

    def __str__(self) -> str:
        return f"{self.dependent} with {self.sibling}"

    @property
    def is_declared(self) -> bool:
        """Whether the dependent says that it takes this version."""
        package = self.sibling.package
        requirement = self.dependent.package.find_requirement(package.distribution)
        return requirement is None or requirement.specifier.contains(package.version)


def find_trials(
    present: Mapping[str, Package], tagged: Mapping[str, Source], breaking: Collection[str]
) -> Iterator[Trial | str]:
    """Give the trials, and for each that is not possible the reason.

    Args:
        present: the released packages as they are, by folder.
        tagged: those of them that have a tag, as they were.
        breaking: folders whose fragments tell of a break, so that a new version will say so.
    """
    for name, package in present.items():
        for other, sibling in present.items():
            if package.find_requirement(sibling.distribution) is None:
                continue
            now = Source(_expect(sibling, is_breaking=other in breaking), None)
            yield _try(tagged.get(name), now, package)
            yield _try(Source(package, None), tagged.get(other), sibling)


def _expect(package: Package, *, is_breaking: bool) -> Package:
    """Give the version that the present state of a package would be released as, at least."""
    if not is_breaking:
        return package
    return replace(package, version=bump(package.version, find_breaking_part(package.version)))


def _try(dependent: Source | None, sibling: Source | None, untagged: Package) -> Trial | str:
    if dependent is None or sibling is None:
        return f"{dependent or sibling} with the last {untagged.distribution}: it has no tag yet"
    trial = Trial(dependent, sibling)
    if not trial.is_declared:
        return f"{trial}: {sibling.package.version} is not declared"
    return trial
