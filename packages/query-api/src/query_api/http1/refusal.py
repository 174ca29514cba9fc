"""Why the server refuses a request, passed on to the application, which responds and logs."""

from typing import Final

from litestar.types import Scope

_STATE_KEY: Final = "refusal"


def set_refusal(scope: Scope, error: Exception) -> None:
    """Attach the error that the response states."""
    scope["state"][_STATE_KEY] = error


def find_refusal(scope: Scope) -> Exception | None:
    """Return the error of a refused request; None if the request is to be served."""
    error: Exception | None = scope["state"].get(_STATE_KEY)
    return error
