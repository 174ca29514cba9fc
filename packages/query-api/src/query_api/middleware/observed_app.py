"""The outermost middleware: observes each request from its start to its end, however it ends."""

from collections.abc import Collection, Mapping, Sequence
from time import perf_counter
from typing import Final

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from query_api.middleware.request_id import get_ids
from query_api.observability.observation import (
    OK,
    UNMATCHED,
    Observation,
    Observer,
    set_observation,
)

_FIRST_ERROR_STATUS: Final = 400


class ObservedApp:
    """Assigns ids to each request, returns them as headers, and notifies observers at its end.

    Args:
        routes: the name of each route by its path template.
        unobserved: routes that are not reported while they succeed.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        routes: Mapping[str, str],
        observers: Sequence[Observer],
        unobserved: Collection[str],
    ) -> None:
        self._app = app
        self._routes = routes
        self._observers = observers
        self._unobserved = unobserved

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; pass on what is not HTTP."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        scope.setdefault("state", {})
        route = self._routes.get(scope["path"], UNMATCHED)
        observation = Observation(*get_ids(scope), scope["method"], route)
        set_observation(scope, observation)

        async def send_with_ids(message: Message) -> None:
            if message["type"] == "http.response.start":
                _observe_start(observation, message["status"])
                message["headers"] = [*message["headers"], *_encode_ids(observation)]
            await send(message)

        try:
            await self._app(scope, receive, send_with_ids)
        finally:
            observation.duration_ms = (perf_counter() - started) * 1000
            self._notify(observation, scope)

    def _notify(self, observation: Observation, scope: HTTPScope) -> None:
        if observation.route == UNMATCHED:
            # A path with parameters, or with slashes at its end.
            observation.route = self._routes.get(scope.get("path_template", ""), UNMATCHED)
        if observation.outcome == OK and observation.route in self._unobserved:
            return
        for observer in self._observers:
            observer(observation)


def _observe_start(observation: Observation, status: int) -> None:
    observation.status = status
    if status < _FIRST_ERROR_STATUS:
        observation.outcome = OK


def _encode_ids(observation: Observation) -> list[tuple[bytes, bytes]]:
    ids = [(b"x-request-id", observation.request_id.encode())]
    if observation.trace_id is not None:
        ids.append((b"x-amzn-trace-id", observation.trace_id.encode()))
    return ids
