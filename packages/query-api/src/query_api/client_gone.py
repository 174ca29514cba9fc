"""Work for a client that has hung up is cancelled: nobody waits for it any more.

Most answers are there sooner than a client could give up. Listening for its end from the start
would cost each of them a task; instead they cost a timer, and only slow ones a task.
"""

import asyncio
from typing import Final

from litestar.types import ASGIApp, HTTPReceiveMessage, Receive, ReceiveMessage, Scope, Send

from query_api.exceptions import BodyTimeoutError
from query_api.observability.observation import (
    CLIENT_GONE,
    CLIENT_GONE_STATUS,
    get_observation,
)

_SLOW_S: Final = 0.025
# A body fits into a few packets. One that stays away keeps others out: see `Admission`.
_BODY_TIMEOUT_S: Final = 5


class ClientWatch:
    """Cancels a request when its client hangs up, before the end of its body or after.

    Args:
        body_timeout_s: seconds to wait for each piece of a body.
    """

    def __init__(self, app: ASGIApp, *, body_timeout_s: float = _BODY_TIMEOUT_S) -> None:
        self._app = app
        self._body_timeout_s = body_timeout_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        connection = _Connection(receive, self._body_timeout_s)
        try:
            await self._app(scope, connection.receive, send)
        except asyncio.CancelledError:
            if not connection.take_cancellation():
                raise  # it came from somewhere else: the server stops
            observation = get_observation(scope)
            observation.status, observation.outcome = CLIENT_GONE_STATUS, CLIENT_GONE
        finally:
            connection.stop_listening()


class _Connection:
    """A request's way to its client, listened to from the end of the body on."""

    __slots__ = (
        "_body_timeout_s",
        "_is_gone",
        "_is_stalled",
        "_listener",
        "_loop",
        "_receive",
        "_request",
        "_timer",
    )

    def __init__(self, receive: Receive, body_timeout_s: float) -> None:
        self._receive = receive
        self._body_timeout_s = body_timeout_s
        self._loop = asyncio.get_running_loop()
        self._request = asyncio.current_task()
        self._timer: asyncio.TimerHandle | None = None
        self._listener: asyncio.Task[None] | None = None
        self._is_gone = False
        self._is_stalled = False

    async def receive(self) -> HTTPReceiveMessage:
        """Pass on the body, piece by piece: the `receive` of ASGI.

        Raises:
            CancelledError: the client hung up before the end of its body.
            BodyTimeoutError: the next piece did not come in time.
        """
        message = await self._receive_in_time()
        if message["type"] == "http.disconnect":
            self._is_gone = True
            raise asyncio.CancelledError
        if not message.get("more_body"):
            self._timer = self._loop.call_later(_SLOW_S, self._start_listening)
        return message  # type: ignore[return-value]  # no other kinds are there for HTTP

    def take_cancellation(self) -> bool:
        """Tell whether the client's end, and nothing else, cancelled the request."""
        return self._is_gone and self._request is not None and not self._request.uncancel()

    async def _receive_in_time(self) -> ReceiveMessage:
        # A bare timer, since asyncio.timeout costs several times as much, and each request has it.
        timer = self._loop.call_later(self._body_timeout_s, self._stall)
        try:
            return await self._receive()
        except asyncio.CancelledError:
            if self._is_stalled and self._request is not None and not self._request.uncancel():
                raise BodyTimeoutError from None
            raise
        finally:
            timer.cancel()

    def _stall(self) -> None:
        self._is_stalled = True
        if self._request is not None:
            self._request.cancel()

    def stop_listening(self) -> None:
        """Let go of timer and task."""
        if self._timer is not None:
            self._timer.cancel()
        if self._listener is not None:
            self._listener.cancel()

    def _start_listening(self) -> None:
        self._listener = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._is_gone = True
        if self._request is not None:
            self._request.cancel()
