"""Builds the side bar from the links in `docs/index.md` and from folders.

Each heading of `docs/index.md` with a list of links is a part of the side bar. Decisions, and the
packages' pages, are listed by their folders. A page in neither fails the build.
"""

import re

from sphinx.application import Sphinx

_INDEX = "docs/index"
_PART = re.compile(r"^## (?P<caption>.+)\n(?P<body>(?:(?!## ).*\n?)+)", re.MULTILINE)
_LINK = re.compile(r"^- \[(?P<title>[^\]]+)\]\((?P<path>[^)#]+)\.md\)", re.MULTILINE)
_FOLDERS = {"docs/decisions/README": "*", "docs/reference/packages": "/packages/**"}


def _add_toctrees(_app: Sphinx, page: str, content: list[str]) -> None:
    if page == _INDEX:
        content[0] += "".join(
            _render_toctree(
                [f"{link['title']} <{link['path']}>" for link in _LINK.finditer(part["body"])],
                f":caption: {part['caption']}",
            )
            for part in _PART.finditer(content[0])
        )
    if page in _FOLDERS:
        content[0] += _render_toctree([_FOLDERS[page]], ":glob:")


def _render_toctree(entries: list[str], option: str) -> str:
    return "\n".join(["", "```{toctree}", ":hidden:", option, "", *entries, "```", ""])


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the lists to the pages that Sphinx reads."""
    app.connect("source-read", _add_toctrees)
    return {"parallel_read_safe": True}
