"""Work for a client that has hung up is cancelled: nobody waits for it any more.

Most answers are there sooner than a client could give up. Listening for its end from the start
would cost each of them a task; instead they cost a timer, and only slow ones a task.
"""

import asyncio
from typing import Final, cast

from litestar.types import ASGIApp, HTTPReceiveMessage, Receive, Scope, Send

from query_api.exceptions import BodyTimeoutError
from query_api.observability.observation import (
    CLIENT_GONE,
    CLIENT_GONE_STATUS,
    get_observation,
)

_WITHOUT_BODY: Final = frozenset({"GET", "HEAD"})
_SLOW_S: Final = 0.025
# A body fits into a few packets. One that stays away keeps others out: see `Admission`.
_BODY_TIMEOUT_S: Final = 5


class ClientWatch:
    """Cancels a request when its client hangs up, before the end of its body or after.

    Args:
        body_timeout_s: seconds to wait for the whole of a body.
    """

    def __init__(self, app: ASGIApp, *, body_timeout_s: float = _BODY_TIMEOUT_S) -> None:
        self._app = app
        self._body_timeout_s = body_timeout_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        has_body = scope.get("method") not in _WITHOUT_BODY
        connection = _Connection(receive, self._body_timeout_s if has_body else None)
        try:
            await self._app(scope, connection.receive, send)
        except asyncio.CancelledError:
            if not connection.take_cancellation():
                raise  # it came from somewhere else: the server stops
            observation = get_observation(scope)
            observation.status, observation.outcome = CLIENT_GONE_STATUS, CLIENT_GONE
        finally:
            connection.stop_watching()


class _Connection:
    """A request's way to its client, watched as soon as the request turns out to be slow."""

    __slots__ = (
        "_body_timeout_s",
        "_is_gone",
        "_is_slow",
        "_is_stalled",
        "_listener",
        "_receive",
        "_request",
        "_timer",
    )

    def __init__(self, receive: Receive, body_timeout_s: float | None) -> None:
        """Begin to watch.

        Args:
            body_timeout_s: None where nobody reads a body.
        """
        self._receive = receive
        self._body_timeout_s = body_timeout_s
        # Never None: a server runs each request as a task.
        self._request = cast("asyncio.Task[None]", asyncio.current_task())
        self._listener: asyncio.Task[None] | None = None
        self._is_gone = self._is_slow = self._is_stalled = False
        # One bare timer for all: asyncio.timeout costs several times as much.
        self._timer = self._request.get_loop().call_later(_SLOW_S, self._notice_slowness)

    async def receive(self) -> HTTPReceiveMessage:
        """Pass on the body, piece by piece: the `receive` of ASGI.

        Raises:
            CancelledError: the client hung up before the end of its body.
            BodyTimeoutError: the end of its body did not come in time.
        """
        try:
            message = await self._receive()
        except asyncio.CancelledError:
            if self._is_stalled and not self._request.uncancel():
                raise BodyTimeoutError from None
            raise
        if message["type"] == "http.disconnect":
            self._is_gone = True
            raise asyncio.CancelledError
        if not message.get("more_body"):
            self._body_timeout_s = None
            if self._is_slow:
                self._start_listening()
        return message  # type: ignore[return-value]  # no other kinds are there for HTTP

    def take_cancellation(self) -> bool:
        """Tell whether the client's end, and nothing else, cancelled the request."""
        return self._is_gone and not self._request.uncancel()

    def stop_watching(self) -> None:
        """Let go of timer and task."""
        self._timer.cancel()
        if self._listener is not None:
            self._listener.cancel()

    def _notice_slowness(self) -> None:
        self._is_slow = True
        if self._body_timeout_s is None:
            self._start_listening()
        else:
            loop = self._request.get_loop()
            self._timer = loop.call_later(self._body_timeout_s, self._stall)

    def _stall(self) -> None:
        self._is_stalled = True
        self._request.cancel()

    def _start_listening(self) -> None:
        self._timer.cancel()
        self._listener = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._is_gone = True
        self._request.cancel()
