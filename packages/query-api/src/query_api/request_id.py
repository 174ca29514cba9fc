"""The id by which a caller and the logs mean the same request."""

import re
from typing import Final
from uuid import uuid4

from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

# What passes is safe in a header and in a log line. The length is that of the longest ids seen in
# practice, an X-Amzn-Trace-Id with all of its parts, and some more.
_WELL_FORMED: Final = re.compile(rb"[A-Za-z0-9._:;=@/+-]{1,128}")
_HEADER: Final = b"x-request-id"
_STATE_KEY: Final = "request_id"


def get_request_id(scope: Scope) -> str:
    """Take the caller's id if it is well-formed, else make one; the same for the whole request."""
    state = scope["state"]
    request_id: str | None = state.get(_STATE_KEY)
    if request_id is None:
        given = next((value for name, value in scope["headers"] if name == _HEADER), b"")
        request_id = given.decode() if _WELL_FORMED.fullmatch(given) else str(uuid4())
        state[_STATE_KEY] = request_id
    return request_id


async def add_request_id(message: Message, scope: Scope) -> None:
    """Put the id on every answer, also on those that no route gave: Litestar's `before_send`."""
    if message["type"] == "http.response.start":
        MutableScopeHeaders(message)["X-Request-Id"] = get_request_id(scope)
