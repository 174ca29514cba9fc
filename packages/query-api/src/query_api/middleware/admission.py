"""A limit on requests in flight: above it, all of them would miss their deadlines."""

from collections.abc import Collection

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from query_api.exceptions import OverloadedError
from query_api.http.problems import send_problem
from query_api.http1.refusal import find_refusal
from query_api.observability.observation import get_observation


class Admission:
    """Refuses requests above the limit, and those that the server refuses.

    Args:
        exempt: routes that are always served and do not count.
    """

    def __init__(self, app: ASGIApp, *, max_in_flight: int, exempt: Collection[str]) -> None:
        self._app = app
        self._max_in_flight = max_in_flight
        self._exempt = exempt
        self._in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse to; pass on what is not HTTP."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        refusal = find_refusal(scope)
        if refusal is not None:
            await send_problem(refusal, scope, send)
            return
        observation = get_observation(scope)
        if observation.route in self._exempt:
            await self._app(scope, receive, send)
            return
        if self._in_flight >= self._max_in_flight:
            observation.in_flight = self._in_flight
            await send_problem(OverloadedError("too many requests in flight"), scope, send)
            return
        self._in_flight += 1
        observation.in_flight = self._in_flight
        try:
            await self._app(scope, receive, send)
        finally:
            self._in_flight -= 1
