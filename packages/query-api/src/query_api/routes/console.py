"""The console: a page for people at /console, which queries this API; / redirects to it.

Its parts are below a digest of all of them, so that they are cached for good, and a page never
loads parts of another version. All links are relative, so that they work under any prefix.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath
from typing import Any, Final

from litestar import Request, Response, route
from litestar.enums import MediaType
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from query_api.http.methods import READ_METHODS
from query_api.http.relative import locate_child
from query_api.routes.pages import HEADERS, serve_revalidated

_FOLDER: Final = files("query_api") / "console"
_PAGE: Final = "index.html"
_MEDIA_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".mjs": "text/javascript"}
"""By the end of a name. Nothing else is served: licences, bills of materials."""

_ASSET_HEADERS: Final = HEADERS | {"Cache-Control": "public, max-age=31536000, immutable"}
_DIGEST_LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class _Console:
    page: bytes
    digest: str
    assets: dict[str, bytes]


@route("/", http_method=READ_METHODS, status_code=307, sync_to_thread=False)
def redirect_to_console(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Redirect to the page."""
    headers = {"Location": locate_child("console", request.scope)}
    return Response(b"", media_type=MediaType.TEXT, headers=headers)


@route("/console", http_method=READ_METHODS, sync_to_thread=False)
def get_console(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Serve the page; with a slash at the end of its path, redirect to it without one."""
    if request.scope["raw_path"].endswith(b"/"):
        return Response(
            b"", media_type=MediaType.TEXT, status_code=307, headers={"Location": "../console"}
        )
    return serve_revalidated(_load().page, "text/html", request)


@route("/console/{digest:str}/{path:path}", http_method=READ_METHODS, sync_to_thread=False)
def get_console_asset(digest: FromPath[str], path: FromPath[Path]) -> Response[bytes]:
    """Serve a part of the page, from a fixed list."""
    console, name = _load(), path.as_posix().removeprefix("/")
    if digest != console.digest or name not in console.assets:
        raise NotFoundException
    media_type = _MEDIA_TYPES[path.suffix]
    return Response(console.assets[name], media_type=media_type, headers=_ASSET_HEADERS)


@cache
def _load() -> _Console:
    assets = dict(sorted(_find_assets(_FOLDER, "")))
    digest = sha256()
    for name, content in assets.items():
        digest.update(b"%b\0%d\0%b" % (name.encode(), len(content), content))
    prefix = digest.hexdigest()[:_DIGEST_LENGTH]
    # Without these links a browser would find the modules one import after another.
    modules = "\n    ".join(
        f'<link rel="modulepreload" href="console/DIGEST/{name}">'
        for name in assets
        if not name.endswith(".css")
    )
    page = (_FOLDER / _PAGE).read_text("utf-8").replace("<!-- modules -->", modules)
    return _Console(page.replace("DIGEST", prefix).encode(), prefix, assets)


def _find_assets(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for each in folder.iterdir():
        if each.is_dir():
            yield from _find_assets(each, f"{prefix}{each.name}/")
        elif PurePosixPath(each.name).suffix in _MEDIA_TYPES:
            yield prefix + each.name, each.read_bytes()
