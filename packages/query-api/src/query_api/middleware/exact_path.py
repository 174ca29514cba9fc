"""One spelling for each path, because a rule in front of the service may name it.

Litestar would also serve `//query//user`, `/query%2Fuser` and `/query/user/`.
"""

from collections.abc import Collection

from litestar.enums import ScopeType
from litestar.exceptions import NotFoundException
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from query_api.http.problems import send_problem


class ExactPath:
    """Responds 404 to a path that Litestar would change before it looks for the route.

    Args:
        pages: paths that may also have a slash at their end, as people type it.
    """

    def __init__(self, app: ASGIApp, *, pages: Collection[str]) -> None:
        self._app = app
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse to; pass on what is not HTTP."""
        if scope["type"] == ScopeType.HTTP and not self._is_exact(scope):
            await send_problem(NotFoundException(), scope, send)
            return
        await self._app(scope, receive, send)

    def _is_exact(self, scope: HTTPScope) -> bool:
        path = scope["raw_path"]
        root_path = scope.get("root_path", "").encode()
        # No route needs an escape. Litestar looks for the root path anywhere, not just in front.
        if b"%" in path or b"//" in path or path.find(root_path) > 0:
            return False
        if not path.endswith(b"/"):
            return True
        return path[:-1].removeprefix(root_path).decode("latin-1") in self._pages
