"""What a release of one package would be, and what is in its way."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from packaging.version import Version
from tools.release.changelog import find_mistakes, tells_of_a_break
from tools.release.exceptions import RefusedError
from tools.release.package import Package
from tools.release.siblings import find_conflicts, find_followers
from tools.release.version import bump, find_breaking_part


@dataclass(frozen=True, slots=True)
class Situation:
    """What there is to release from.

    Attributes:
        packages: the workspace's, by folder.
        last_releases: the siblings as they were at their last tags.
        is_clean: whether all there is has been committed.
        was_released: whether the package has a tag.
        is_told_by_hand: whether its changelog has a section of this version that is not released.
        fragments: file names in its folder of fragments.
        fragment_types: those that towncrier knows.
    """

    packages: Mapping[str, Package]
    last_releases: tuple[Package, ...]
    is_clean: bool
    was_released: bool
    is_told_by_hand: bool
    fragments: tuple[str, ...]
    fragment_types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A release that nothing is in the way of, but for its tests.

    Attributes:
        package: the package as it is to be released.
        before: its version now, which is what a first release is of.
        is_told_by_hand: whether the changelog has the section already.
        followers: what the last releases of siblings say that do not take this version.
    """

    package: Package
    before: Version
    is_told_by_hand: bool
    followers: tuple[str, ...]

    @property
    def is_first(self) -> bool:
        """Whether it is the package's first release."""
        return self.before == self.package.version

    @property
    def tag(self) -> str:
        """The tag's name."""
        return f"{self.package.distribution}-v{self.package.version}"


def plan_release(situation: Situation, package: Package, part: str) -> Plan:
    """Plan the release of a package with one part of its version counted up.

    Raises:
        RefusedError: with all that is in the way.
    """
    if not package.is_released:
        raise RefusedError([f"{package.distribution} is never released"])
    version = bump(package.version, part) if situation.was_released else package.version
    reasons = [
        *_find_uncommitted(situation),
        *_find_untold(situation, package, version),
        *find_conflicts(situation.packages.values(), package, version),
    ]
    if reasons:
        raise RefusedError(reasons)
    followers = find_followers(situation.last_releases, package.distribution, version)
    return Plan(
        package=replace(package, version=version),
        before=package.version,
        is_told_by_hand=situation.is_told_by_hand and not situation.was_released,
        followers=tuple(followers),
    )


def _find_uncommitted(situation: Situation) -> Iterator[str]:
    if not situation.is_clean:
        yield "not everything is committed: see git status"


def _find_untold(situation: Situation, package: Package, version: Version) -> Iterable[str]:
    yield from find_mistakes(situation.fragments, situation.fragment_types)
    is_told_by_hand = situation.is_told_by_hand and not situation.was_released
    if is_told_by_hand and situation.fragments:
        yield f"CHANGELOG.md has a section {version} written by hand: put the fragments' text there"
    if not is_told_by_hand and not situation.fragments:
        yield f"no fragment in {package.folder}/changelog.d tells what changed"
    part = find_breaking_part(package.version)
    is_too_small = situation.was_released and version < bump(package.version, part)
    if is_too_small and tells_of_a_break(situation.fragments):
        yield f"a fragment tells of a break, which takes a {part} at least, not {version}"
