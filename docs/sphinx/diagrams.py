"""Mermaid diagrams as SVG in the page, drawn at build: the reader's browser runs nothing for them.

The drawing is by mermaid.js itself, in an engine without a browser, so it is GitHub's.
"""

import re
from hashlib import sha256
from typing import ClassVar

import mermaidx
from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx


class Mermaid(Directive):
    """The directive that a fence with the language `mermaid` becomes."""

    has_content = True
    option_spec: ClassVar = {}

    def run(self) -> list[nodes.Node]:
        """Draw the diagram.

        Raises:
            RuntimeError: mermaid.js does not understand it.
        """
        return [nodes.raw("", _draw("\n".join(self.content)), format="html")]


def _draw(source: str) -> str:
    # Styles and arrowheads are found by the drawing's id: one a diagram, or they mix in a page.
    identity = f"diagram-{sha256(source.encode()).hexdigest()[:12]}"
    svg = mermaidx.render(source).svg().replace("my-svg", identity)
    (width,) = re.findall(r"max-width: ([\d.]+)px", svg)[:1] or ["0"]
    style = f"--diagram-width: {width}px"
    return f'<div class="diagram" style="{style}" tabindex="0">{svg}</div>'


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx of the directive."""
    app.add_directive("mermaid", Mermaid)
    return {"parallel_read_safe": True}
