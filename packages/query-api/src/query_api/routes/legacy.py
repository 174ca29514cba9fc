"""Redirects from the replaced service's paths for failures.

Source: https://www.rfc-editor.org/rfc/rfc9745 (Deprecation), https://www.rfc-editor.org/rfc/rfc8288
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from litestar import Request, Response, post
from litestar.enums import MediaType
from litestar.handlers import HTTPRouteHandler

from query_api.http.body import read_body

LEGACY_PATHS: Final[Mapping[str, str]] = {
    "/query/failure": "fail",
    "/query/failures": "fail",
    "/query/failed": "fail",
    "/failed": "query/fail",
}
"""Each with its successor, relative to it, so that it works under any prefix."""

_DEPRECATED_AT: Final = datetime(2026, 11, 1, tzinfo=UTC)
_DEPRECATION: Final = f"@{_DEPRECATED_AT.timestamp():.0f}"


def create_legacy_handlers() -> list[HTTPRouteHandler]:
    """Create a handler for each path."""
    return [_create_handler(path, successor) for path, successor in LEGACY_PATHS.items()]


def _create_handler(path: str, successor: str) -> HTTPRouteHandler:
    headers = {
        "Location": successor,
        "Deprecation": _DEPRECATION,
        "Link": f'<{successor}>; rel="successor-version"',
    }

    @post(path, status_code=308)
    async def redirect(request: Request[Any, Any, Any]) -> Response[bytes]:
        """Redirect to /query/fail, with method and body."""
        await read_body(request.receive)  # too large a body is refused here as at the successor
        return Response(b"", media_type=MediaType.TEXT, headers=headers)

    return redirect
