"""Mermaid diagrams as SVG in the page, drawn at build, so that browsers run no script for them.

mermaid.js itself draws them, in an engine without a browser; GitHub uses mermaid.js too.
"""

import re
from hashlib import sha256
from typing import ClassVar, Final

import mermaidx
from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

_CONFIG: Final = {
    "theme": "neutral",  # greys, which a dark page can invert
    "themeVariables": {"noteBkgColor": "#eee", "noteTextColor": "#111", "clusterBkg": "#fafafa"},
    # Labels are short: one that mermaid.js wraps, browsers wrap again elsewhere and clip.
    "flowchart": {"wrappingWidth": 400, "padding": 12},
    "sequence": {"width": 110, "actorMargin": 30, "noteFontSize": 16},
}


class Mermaid(Directive):
    """The directive for a fence with the language `mermaid`."""

    has_content = True
    option_spec: ClassVar = {}

    def run(self) -> list[nodes.Node]:
        """Draw the diagram.

        Raises:
            RuntimeError: mermaid.js cannot read it.
        """
        return [nodes.raw("", _draw("\n".join(self.content)), format="html")]


def _draw(source: str) -> str:
    # Styles and arrowheads refer to the drawing's id, so it must be unique within a page.
    identity = f"diagram-{sha256(source.encode()).hexdigest()[:12]}"
    svg = mermaidx.render(source, config=_CONFIG).svg().replace("my-svg", identity)
    (width,) = re.findall(r"max-width: ([\d.]+)px", svg)[:1] or ["0"]
    style = f"--diagram-width: {width}px"
    return f'<div class="diagram" style="{style}" tabindex="0">{svg}</div>'


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive to Sphinx."""
    app.add_directive("mermaid", Mermaid)
    return {"parallel_read_safe": True}
