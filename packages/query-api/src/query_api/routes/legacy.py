"""Redirects from the replaced service's paths for failures.

Source: https://www.rfc-editor.org/rfc/rfc9745 (Deprecation), https://www.rfc-editor.org/rfc/rfc8288
"""

from datetime import UTC, datetime
from typing import Any, Final

from litestar import Request, Response, post
from litestar.enums import MediaType

from query_api.http.body import read_body
from query_api.http.relative import locate_sibling

_DEPRECATED_AT: Final = datetime(2026, 11, 1, tzinfo=UTC)
_DEPRECATION: Final = f"@{_DEPRECATED_AT.timestamp():.0f}"


@post(["/query/failure", "/query/failed"], status_code=308)
async def redirect_to_fail(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Redirect to /query/fail, with method and body."""
    await read_body(request.receive)  # an invalid body is refused here as at the successor
    successor = locate_sibling("fail", request.scope)
    headers = {
        "Location": successor,
        "Deprecation": _DEPRECATION,
        "Link": f'<{successor}>; rel="successor-version"',
    }
    return Response(b"", media_type=MediaType.TEXT, headers=headers)
