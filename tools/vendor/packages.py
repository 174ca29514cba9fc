"""The npm packages that the console is made of or tested with, and how files are adapted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# From the root of the repository.
SERVED: Final = Path("packages/query-api/src/query_api/console/vendor")
TESTING: Final = Path("packages/local-stack/tests/console/vendor")


@dataclass(frozen=True, slots=True)
class Package:
    """What is taken from a package.

    Attributes:
        license: its identifier in the SPDX list.
        files: paths in the package; the name of each stays.
        parent: folder of the package's own.
    """

    license: str
    files: tuple[str, ...]
    parent: Path = SERVED


PACKAGES: Final[Mapping[str, Package]] = {
    "preact": Package("MIT", ("LICENSE", "dist/preact.mjs", "hooks/dist/hooks.mjs")),
    "htm": Package("Apache-2.0", ("LICENSE", "dist/htm.mjs")),
    "axe-core": Package("MPL-2.0", ("LICENSE", "LICENSE-3RD-PARTY.txt", "axe.min.js"), TESTING),
}

# A browser resolves a bare name only with an import map, which would be an inline script.
_BARE_IMPORT: Final = re.compile(rb'from"(preact)"')
# Named, but not served.
_SOURCE_MAP: Final = re.compile(rb"//# sourceMappingURL=\S+\n?")


def adapt(content: bytes) -> bytes:
    """Return a file as it is served: imports are relative, and no source map is named."""
    return _SOURCE_MAP.sub(b"", _BARE_IMPORT.sub(rb'from"./\1.mjs"', content))
