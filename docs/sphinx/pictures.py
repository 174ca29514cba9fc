"""Pictures of the console, taken for each build, in place of comments that name them.

GitHub shows nothing for a comment, so no picture in the repository can be old:
`<!-- picture: person.png, what it shows -->`. Without Chromium there are no pictures.
"""

import re
from pathlib import Path
from typing import Any, Final

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

_FOLDER: Final = "docs/images/built"
_COMMENT: Final = re.compile(r"\s*<!-- picture: ([\w-]+\.png), (.+) -->\s*", re.DOTALL)


class Pictures(SphinxTransform):
    """Puts a picture in the place of each comment that names one.

    Raises:
        FileNotFoundError: there are pictures, but not this one.
    """

    default_priority = 200

    def apply(self, **_options: Any) -> None:  # noqa: ANN401 - Sphinx's own signature
        """Replace the comments of a page."""
        for comment in list(self.document.findall(nodes.raw)):
            found = _COMMENT.fullmatch(comment.astext())
            if found:
                comment.replace_self(self._make_figure(found[1], " ".join(found[2].split())))

    def _make_figure(self, name: str, caption: str) -> list[nodes.Node]:
        folder = Path(self.env.srcdir) / _FOLDER
        if not folder.exists():
            return []
        if not (folder / name).exists():
            raise FileNotFoundError(folder / name)
        image = nodes.image(uri=f"/{_FOLDER}/{name}", alt=caption)
        return [nodes.figure("", image, nodes.caption("", caption))]


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the transform to Sphinx."""
    app.add_transform(Pictures)
    return {"parallel_read_safe": True}
