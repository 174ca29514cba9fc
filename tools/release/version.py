"""Which version follows which, and what a sibling's `~=` says to it.

The meaning of a version is that of `~=`: `~=0.1.0` takes every 0.1.x and no 0.2.0, `~=1.2` every
1.x from 1.2 on. So below 1.0 a minor is what may break a sibling, and a major is the step to 1.0.0.
"""

from typing import Final

from packaging.version import Version

PARTS: Final = ("major", "minor", "patch")


def bump(version: Version, part: str) -> Version:
    """Give the version that follows when one of PARTS is counted up."""
    place = PARTS.index(part)
    kept = version.release[:place]
    return Version(".".join(map(str, (*kept, version.release[place] + 1, *[0] * (2 - place)))))


def find_breaking_part(version: Version) -> str:
    """Tell which part has to be counted up for a change that may break a sibling."""
    return "major" if version.major else "minor"
