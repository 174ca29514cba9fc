"""The side bar, made from links that are in the pages anyway.

In `docs/index.md` each heading with a list of links is a part of the site; a decision is in the
list of decisions by being in its folder. A page that is in neither fails the build.
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
    """Listen to pages as they are read."""
    app.connect("source-read", _add_toctrees)
    return {"parallel_read_safe": True}
