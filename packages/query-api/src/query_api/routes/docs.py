"""The OpenAPI description, and the page at /docs that shows it.

All links are relative, so that they work under any prefix, even one that a gateway has cut off.
Nothing is loaded from another host.
"""

from importlib.resources import files
from typing import Any, Final

from litestar import Request, Response, route
from litestar.enums import OpenAPIMediaType
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from query_api.http.methods import READ_METHODS
from query_api.openapi.description import encode_description
from query_api.routes.pages import serve_revalidated

_PAGE: Final = files("query_api") / "docs_page"
_ASSETS: Final = {
    "page.css": ("page.css", "text/css"),
    "page.js": ("page.js", "text/javascript"),
    "swagger-ui.css": ("swagger_ui/swagger-ui.css", "text/css"),
    "swagger-ui-bundle.js": ("swagger_ui/swagger-ui-bundle.js", "text/javascript"),
}


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
    return serve_revalidated((_PAGE / file).read_bytes(), media_type, request)
