"""Relative references, which work under any prefix, even one that a gateway has cut off.

Litestar also serves a path with slashes at its end, and clients resolve such a path as a folder.

Source: https://www.rfc-editor.org/rfc/rfc3986#section-5.2
"""

from litestar.types import Scope


def locate_sibling(name: str, scope: Scope) -> str:
    """Return the reference from the requested path to another one in the same folder."""
    path = scope["raw_path"]
    trailing_slashes = len(path) - len(path.rstrip(b"/"))
    return "../" * trailing_slashes + name


def locate_child(name: str, scope: Scope) -> str:
    """Return the reference from the requested path to a path below it."""
    last_segment = scope["raw_path"].rpartition(b"/")[2].decode("ascii")
    return f"{last_segment}/{name}" if last_segment else name
