"""A connection of a client: which request is served when, and how it ends."""

import asyncio
from math import inf
from typing import Final, cast

from litestar.types import ASGIApp, HTTPResponseStartEvent
from uvicorn import Config
from uvicorn.server import ServerState

from query_api.exceptions import MalformedBodyError, RequestFault, RequestTimeoutError
from query_api.http1.exchange import Exchange, encode_response
from query_api.http1.request import Phase, Request
from query_api.http1.request_reader import RequestReader
from query_api.http1.sockets import limit_unread, reset_on_close
from query_api.http1.watchdog import MAX_UNSENT_S, Watchdog

_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_LINGER_S: Final = 5.0
_LAST_READ_S: Final = 0.01


class Connection(asyncio.Protocol):
    """Serves one request after another, in the order they came.

    The next request starts once the response before it has left the process. A client that does
    not read is thus owed at most one response, and cannot make the service work for more.

    Args:
        watchdog: ends it if the client takes too long; shared by all connections.

    Attributes:
        deadline_s: when the client has taken too long, in seconds of the event loop's clock.
    """

    __slots__ = (
        "_app",
        "_awaited",
        "_connections",
        "_has_eof",
        "_has_unsent",
        "_is_lingering",
        "_is_reading",
        "_is_serving",
        "_is_stopping",
        "_loop",
        "_reader",
        "_server",
        "_transport",
        "_watchdog",
        "deadline_s",
    )

    def __init__(
        self,
        watchdog: Watchdog,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, object],  # noqa: ARG002 - uvicorn's signature; nothing is shared
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self.deadline_s = inf
        self._app = cast("ASGIApp", config.loaded_app)
        self._loop = asyncio.get_running_loop()
        self._server = server_state
        # Typed as those of uvicorn's own protocols.
        self._connections = cast("set[asyncio.Protocol]", server_state.connections)
        self._watchdog = watchdog
        self._reader = RequestReader()
        self._awaited: Phase | None = None
        self._is_serving = False
        self._has_unsent = False
        self._is_reading = True
        self._has_eof = False
        self._is_stopping = False
        self._is_lingering = False

    @property
    def held_bytes(self) -> int:
        """Bytes of a response that the client has not taken, and of its next requests."""
        return self._transport.get_write_buffer_size() + self._reader.unparsed_bytes

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the first request."""
        # A cast, since uvloop's transports have asyncio's methods but no common base.
        self._transport = cast("asyncio.Transport", transport)
        self._connections.add(self)
        if not self._watchdog.add(self):
            self._transport.abort()
            return
        limit_unread(self._transport, MAX_UNSENT_S)
        self._transport.set_write_buffer_limits(high=0)  # any unsent byte counts
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Start a request if it is whole, and nothing is before it."""
        if self._is_lingering:
            return
        self._reader.add(data)
        if self._is_serving or self._has_unsent:
            self._transport.pause_reading()
            self._is_reading = False
            return
        self._proceed()

    def eof_received(self) -> bool:
        """Respond to what has arrived, then close."""
        self._has_eof = True
        if self._is_serving or self._has_unsent:
            return True
        return self._refuse_incomplete_body()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Forget the connection."""
        self._connections.discard(self)
        self._watchdog.discard(self)
        if not self._is_serving:
            self._refuse_incomplete_body()

    def pause_writing(self) -> None:
        """Note that the client does not take all of a response."""
        self._has_unsent = True
        self._watchdog.note_unsent(self)

    def resume_writing(self) -> None:
        """Go on, as the client has taken all of a response."""
        self._has_unsent = False
        self._watchdog.note_sent(self)
        self._proceed_if_free()

    def shutdown(self) -> None:
        """End as soon as no request is under way; uvicorn calls this when it stops.

        A request that the system has received already is served: the event loop reads it first.
        """
        self._is_stopping = True
        self._loop.call_later(_LAST_READ_S, self._proceed_if_free)

    def abort(self) -> None:
        """End at once, without what the system still holds for the client."""
        reset_on_close(self._transport)
        self._transport.abort()

    def time_out(self) -> None:
        """End because the client takes too long."""
        if self._is_lingering:
            self.abort()
        elif self._reader.phase is Phase.REQUEST:
            self._transport.close()
        else:
            self._start(self._reader.refuse(RequestTimeoutError()))

    def respond(self, request: Request, start: HTTPResponseStartEvent, body: bytes) -> None:
        """Send a response, and go on."""
        self._is_serving = False
        if self._transport.is_closing():
            return
        is_last = request.is_last or self._is_stopping
        self._transport.write(
            encode_response(
                start,
                body,
                default_headers=self._server.default_headers,
                is_head=request.scope["method"] == "HEAD",
                is_last=is_last,
            )
        )
        if self._transport.is_closing():  # the watchdog ended it: too much was unsent
            return
        if is_last:
            self._close(has_unread=request.is_refused or self._reader.has_unread)
        elif not self._has_unsent:
            self._proceed()

    def drop(self) -> None:
        """End without a response."""
        self._is_serving = False
        self._transport.close()

    def _proceed(self) -> None:
        """Start the next request, or wait for it."""
        request = self._reader.read()
        if request is not None:
            self._start(request)
        elif self._has_eof:
            if not self._refuse_incomplete_body():
                self._transport.close()
        elif self._is_stopping and self._reader.phase is Phase.REQUEST:
            self._transport.close()
        else:
            self._wait()

    def _proceed_if_free(self) -> None:
        is_free = not (self._is_serving or self._has_unsent or self._is_lingering)
        if is_free and not self._transport.is_closing():
            self._proceed()

    def _wait(self) -> None:
        if not self._is_reading:
            self._transport.resume_reading()
            self._is_reading = True
        phase = self._reader.phase
        if phase is self._awaited:
            return
        self._awaited = phase
        self.deadline_s = self._loop.time() + phase.value
        if phase is Phase.BODY and self._reader.expects_continue:
            self._transport.write(_CONTINUE)

    def _start(self, request: Request) -> None:
        self._is_serving = True
        self._awaited = None
        self.deadline_s = inf
        task = self._loop.create_task(Exchange(request, self).run(self._app))
        self._server.tasks.add(task)
        task.add_done_callback(self._server.tasks.discard)

    def _refuse_incomplete_body(self) -> bool:
        """Refuse a request whose body ends too early; return whether there is one."""
        if self._reader.phase is not Phase.BODY:
            return False
        fault = RequestFault("", "The body is incomplete")
        self._start(self._reader.refuse(MalformedBodyError((fault,))))
        return True

    def _close(self, *, has_unread: bool) -> None:
        """Close; if there are unread bytes, after the client has had time for the response.

        Closing with unread bytes resets the connection, and the client may lose the response.
        """
        if not has_unread or self._has_eof:
            self._transport.close()
            return
        self._is_lingering = True
        self._transport.write_eof()
        self.deadline_s = self._loop.time() + _LINGER_S
        if not self._is_reading:
            self._transport.resume_reading()
