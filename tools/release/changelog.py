"""What a package's changelog and its fragments say.

A package that was never released has its version's section written by hand, since nobody has used
what was before; from then on every change has a fragment, and towncrier makes the sections.
"""

import re
from collections.abc import Collection, Iterable
from datetime import date
from typing import Final

from packaging.version import Version

CHANGELOG: Final = "CHANGELOG.md"
FRAGMENTS: Final = "changelog.d"
_BREAKING: Final = "breaking"

_FRAGMENT: Final = re.compile(r"\+[a-z0-9-]+\.(?P<type>[a-z]+)\.md")


def find_mistakes(fragments: Iterable[str], types: Collection[str]) -> list[str]:
    """Name what lies among the fragments and is none: towncrier would leave it out.

    Args:
        fragments: file names in a package's folder of fragments.
        types: those that towncrier knows.
    """
    matches = ((name, _FRAGMENT.fullmatch(name)) for name in fragments)
    return [
        f"{FRAGMENTS}/{name} is not +<slug>.<{'|'.join(types)}>.md"
        for name, match in matches
        if not match or match["type"] not in types
    ]


def tells_of_a_break(fragments: Iterable[str]) -> bool:
    """Tell whether one of the changes may break those who use the package."""
    return any(name.endswith(f".{_BREAKING}.md") for name in fragments)


def has_unreleased_section(changelog: str, version: Version) -> bool:
    """Tell whether a changelog has a section of a version that is not dated, so not released."""
    return f"\n## {version}\n" in changelog


def date_section(changelog: str, version: Version, day: date) -> str:
    """Date the section that was written by hand, as towncrier dates those that it makes."""
    return changelog.replace(f"\n## {version}\n", f"\n## {version} ({day})\n", 1)


def get_section(changelog: str, version: Version) -> str:
    """Give the section of a version, without its heading."""
    _, _, rest = changelog.partition(f"\n## {version}")
    return rest.partition("\n")[2].partition("\n## ")[0].strip()
