"""The outermost part of the service: sees each request begin and end, however it ends."""

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
    """Names each request, puts its names on the answer, and tells observers when it is over.

    Args:
        routes: templates of the routes to the name each is known by.
        unobserved: names of routes whose good answers nobody is told about.
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

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                _begin_answer(observation, message["status"])
                message["headers"] = [*message["headers"], *_encode_names(observation)]
            await send(message)

        try:
            await self._app(scope, receive, send_named)
        finally:
            observation.duration_ms = (perf_counter() - started) * 1000
            self._tell(observation, scope)

    def _tell(self, observation: Observation, scope: HTTPScope) -> None:
        if observation.route == UNMATCHED:
            # A path with parameters in it, or written in an unusual way.
            observation.route = self._routes.get(scope.get("path_template", ""), UNMATCHED)
        if observation.outcome == OK and observation.route in self._unobserved:
            return
        for observer in self._observers:
            observer(observation)


def _begin_answer(observation: Observation, status: int) -> None:
    observation.status = status
    if status < _FIRST_ERROR_STATUS:
        observation.outcome = OK


def _encode_names(observation: Observation) -> list[tuple[bytes, bytes]]:
    names = [(b"x-request-id", observation.request_id.encode())]
    if observation.trace_id is not None:
        names.append((b"x-amzn-trace-id", observation.trace_id.encode()))
    return names
