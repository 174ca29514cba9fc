"""Relative references, which work under any prefix, even one that a gateway has cut off.

Source: https://www.rfc-editor.org/rfc/rfc3986#section-5.2
"""

from litestar.types import Scope


def locate_child(name: str, scope: Scope) -> str:
    """Return the reference from the requested path to a path below it."""
    last_segment = scope["raw_path"].rpartition(b"/")[2].decode("ascii")
    return f"{last_segment}/{name}" if last_segment else name
