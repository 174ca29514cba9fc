"""The facts of one request for log and metrics: never an id or a value from it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from litestar.types import Scope

OK: Final = "ok"
UNMATCHED: Final = "unmatched"

_UNANSWERED: Final = "unanswered"
_UNANSWERED_STATUS: Final = 500
_STATE_KEY: Final = "observation"


@dataclass(slots=True)
class Observation:
    """One request, filled in on its way through the service.

    Attributes:
        trace_id: `X-Amzn-Trace-Id`; None if there was none.
        route: path template without the stage prefix, or `UNMATCHED`; never the path itself.
        outcome: `OK`, the name of a problem, or `unanswered` if no response was sent.
        rows: rows in the response.
        reads: reads of DynamoDB.
        unreadable_rows: rows left out of the response.
        in_flight: requests in flight when this one began, including itself; 0 if it is exempt.
    """

    request_id: str
    trace_id: str | None
    method: str
    route: str
    status: int = _UNANSWERED_STATUS
    outcome: str = _UNANSWERED
    rows: int = 0
    reads: int = 0
    unreadable_rows: int = 0
    in_flight: int = 0
    duration_ms: float = 0.0


Observer: TypeAlias = Callable[[Observation], None]
"""Called once at the end of each request."""


def set_observation(scope: Scope, observation: Observation) -> None:
    """Attach the observation to the request."""
    scope["state"][_STATE_KEY] = observation


def get_observation(scope: Scope) -> Observation:
    """Return the observation that `ObservedApp` attached to the request."""
    observation: Observation = scope["state"][_STATE_KEY]
    return observation
