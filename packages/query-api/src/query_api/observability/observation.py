"""What is known of one request, for the log and the metrics: never an id or a value from it."""

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
    """One request; whoever learns something about it writes it down here.

    Attributes:
        trace_id: of `X-Amzn-Trace-Id`; None where there was none.
        route: template without the stage prefix, or `UNMATCHED`; never the path that came.
        outcome: `OK`, the name of a problem, or that there was no answer.
        rows: in the answer.
        reads: of DynamoDB.
        in_flight: requests being answered when this one began, itself included; 0 if it does not
            count.
    """

    request_id: str
    trace_id: str | None
    method: str
    route: str
    status: int = _UNANSWERED_STATUS
    outcome: str = _UNANSWERED
    rows: int = 0
    reads: int = 0
    in_flight: int = 0
    duration_ms: float = 0.0


Observer: TypeAlias = Callable[[Observation], None]
"""Told about a request when it is over."""


def set_observation(scope: Scope, observation: Observation) -> None:
    """Hand the observation to everything that sees the request."""
    scope["state"][_STATE_KEY] = observation


def get_observation(scope: Scope) -> Observation:
    """Get the observation of a request that came through `ObservedApp`."""
    observation: Observation = scope["state"][_STATE_KEY]
    return observation
