"""The OpenAPI description, and the page at /docs that shows it; / redirects to the page.

All links are relative, so that they work under any prefix, even one that a gateway has cut off.
Nothing is loaded from another host.
"""

from hashlib import sha256
from importlib.resources import files
from typing import Any, Final

from litestar import Request, Response, route
from litestar.enums import MediaType, OpenAPIMediaType
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from query_api.http.methods import READ_METHODS
from query_api.http.relative import locate_child
from query_api.openapi.description import encode_description

_PAGE: Final = files("query_api") / "docs_page"
_ASSETS: Final = {
    "page.css": ("page.css", "text/css"),
    "page.js": ("page.js", "text/javascript"),
    "swagger-ui.css": ("swagger_ui/swagger-ui.css", "text/css"),
    "swagger-ui-bundle.js": ("swagger_ui/swagger-ui-bundle.js", "text/javascript"),
}

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    # Clients revalidate on each use, so that the page and its parts are of one version.
    "Cache-Control": "no-cache",
}


@route("/", http_method=READ_METHODS, status_code=307, sync_to_thread=False)
def redirect_to_docs(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Redirect to the page."""
    headers = {"Location": locate_child("docs", request.scope)}
    return Response(b"", media_type=MediaType.TEXT, headers=headers)


@route("/openapi.json", http_method=READ_METHODS, sync_to_thread=False)
def get_openapi() -> Response[bytes]:
    """Serve the description."""
    return Response(encode_description(), media_type=OpenAPIMediaType.OPENAPI_JSON)


@route("/docs", http_method=READ_METHODS, sync_to_thread=True)
def get_docs_page(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Serve the page."""
    return _serve("index.html", "text/html", request)


@route("/docs/{name:str}", http_method=READ_METHODS, sync_to_thread=True)
def get_docs_asset(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """Serve a part of the page, from a fixed list."""
    if name not in _ASSETS:
        raise NotFoundException
    return _serve(*_ASSETS[name], request)


def _serve(file: str, media_type: str, request: Request[Any, Any, Any]) -> Response[bytes]:
    content = (_PAGE / file).read_bytes()
    headers = _HEADERS | {"ETag": f'"{sha256(content).hexdigest()}"'}
    if headers["ETag"] in request.headers.get("If-None-Match", ""):
        return Response(b"", status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)
