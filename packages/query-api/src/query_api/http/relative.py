"""Links that survive a prefix: a gateway may have cut one off that this service never saw."""

from litestar.types import Scope


def locate_sibling(name: str, scope: Scope) -> str:
    """Make the reference from the path that was asked to another one in the same folder.

    Litestar serves a path with slashes at its end as well, and clients take these for folders.
    Source: https://www.rfc-editor.org/rfc/rfc3986#section-5.2
    """
    path = scope["raw_path"]
    trailing_slashes = len(path) - len(path.rstrip(b"/"))
    return "../" * trailing_slashes + name
