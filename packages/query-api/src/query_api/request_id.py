"""The ids by which a caller, a load balancer and the logs mean the same request."""

import re
from typing import Final
from uuid import uuid4

from litestar.types import Scope

# What passes is safe in a header and in a log line. The length is that of the longest ids seen in
# practice, an X-Amzn-Trace-Id with all of its parts, and some more.
_WELL_FORMED: Final = re.compile(rb"[A-Za-z0-9._:;=@/+-]{1,128}")
_REQUEST_ID_HEADER: Final = b"x-request-id"
_TRACE_ID_HEADER: Final = b"x-amzn-trace-id"
_STATE_KEY: Final = "request_id"


def get_request_id(scope: Scope) -> str:
    """Take the caller's id if it is well-formed, else make one; the same for the whole request."""
    state = scope["state"]
    request_id: str | None = state.get(_STATE_KEY)
    if request_id is None:
        request_id = _find_well_formed(scope, _REQUEST_ID_HEADER) or str(uuid4())
        state[_STATE_KEY] = request_id
    return request_id


def find_trace_id(scope: Scope) -> str | None:
    """Take the id that AWS's load balancers and gateways give a request, if it is well-formed.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html
    """
    return _find_well_formed(scope, _TRACE_ID_HEADER)


def _find_well_formed(scope: Scope, header: bytes) -> str | None:
    for name, value in scope["headers"]:
        if name == header:
            return value.decode() if _WELL_FORMED.fullmatch(value) else None
    return None
