"""Ends connections whose clients take too long, and bounds what clients have not read."""

import asyncio
from typing import Final, Protocol

MAX_CONNECTIONS: Final = 10_000
MAX_UNSENT_S: Final = 5.0
MAX_HELD_BYTES: Final = 48_000_000

_INTERVAL_S: Final = 1.0


class Watched(Protocol):
    """A connection."""

    deadline_s: float

    @property
    def held_bytes(self) -> int:
        """Bytes of a response that the client has not taken, and of its next requests."""

    def time_out(self) -> None:
        """End because the client takes too long."""

    def abort(self) -> None:
        """End at once."""


class Watchdog:
    """Looks at all connections once a second.

    A timer of its own for each request would cost more than the rest of a connection's work.

    Args:
        max_connections: further ones end at once.
        max_unsent_s: a connection with unsent bytes ends after so long.
        max_held_bytes: above this, over all connections with unsent bytes, those end which have
            had them longest.
    """

    def __init__(
        self,
        *,
        max_connections: int = MAX_CONNECTIONS,
        max_unsent_s: float = MAX_UNSENT_S,
        max_held_bytes: int = MAX_HELD_BYTES,
    ) -> None:
        self._max_connections = max_connections
        self._max_unsent_s = max_unsent_s
        self._max_held_bytes = max_held_bytes
        self._connections: set[Watched] = set()
        self._unsent_since_s: dict[Watched, float] = {}  # the earliest first
        self._timer: asyncio.TimerHandle | None = None

    def add(self, connection: Watched) -> bool:
        """Watch a connection; return False if there are too many."""
        if len(self._connections) >= self._max_connections:
            return False
        self._connections.add(connection)
        if self._timer is None:
            self._set_timer()
        return True

    def discard(self, connection: Watched) -> None:
        """Forget a connection that has ended."""
        self._connections.discard(connection)
        self._unsent_since_s.pop(connection, None)

    def note_unsent(self, connection: Watched) -> None:
        """Note that a client does not take all of its response."""
        self._unsent_since_s[connection] = asyncio.get_running_loop().time()
        self._bound_held_bytes()

    def note_sent(self, connection: Watched) -> None:
        """Note that a client has taken all of its response."""
        self._unsent_since_s.pop(connection, None)

    def _look(self) -> None:
        self._timer = None
        if self._connections:
            self._set_timer()
        now_s = asyncio.get_running_loop().time()
        for each in [each for each in self._connections if each.deadline_s <= now_s]:
            each.time_out()
        for each, since_s in list(self._unsent_since_s.items()):
            if now_s - since_s < self._max_unsent_s:
                break
            self._abort(each)
        self._bound_held_bytes()  # more requests may have arrived

    def _bound_held_bytes(self) -> None:
        excess = sum(each.held_bytes for each in self._unsent_since_s) - self._max_held_bytes
        for each in list(self._unsent_since_s):
            if excess <= 0:
                return
            excess -= each.held_bytes
            self._abort(each)

    def _abort(self, connection: Watched) -> None:
        del self._unsent_since_s[connection]
        connection.abort()

    def _set_timer(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(_INTERVAL_S, self._look)
