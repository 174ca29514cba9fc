"""What packages of the workspace ask of each other's versions."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from packaging.version import Version
from tools.release.package import Package


def find_conflicts(
    packages: Iterable[Package], released: Package, version: Version
) -> Iterator[str]:
    """Name the constraints among siblings that a new version of one of them would break.

    uv does not look at them inside a workspace; an index that has the packages does.
    """
    after = [replace(each, version=version) if each == released else each for each in packages]
    for dependent in after:
        for sibling in after:
            requirement = dependent.find_requirement(sibling.distribution)
            concerned = released.name in {dependent.name, sibling.name}
            if requirement and concerned and not requirement.specifier.contains(sibling.version):
                yield (
                    f"{dependent.distribution} needs {requirement}, "
                    f"and {sibling.distribution} would be {sibling.version}"
                )


def find_followers(
    last_released: Iterable[Package], distribution: str, version: Version
) -> list[str]:
    """Name the packages whose last release does not take the new version.

    Args:
        last_released: packages as they were at their last tags.
    """
    requirements = ((each, each.find_requirement(distribution)) for each in last_released)
    return [
        f"{package.distribution} {package.version} takes {requirement}"
        for package, requirement in requirements
        if requirement and not requirement.specifier.contains(version)
    ]
