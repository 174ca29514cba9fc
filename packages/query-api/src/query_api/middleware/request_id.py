"""The ids by which a caller, a load balancer and the logs mean the same request."""

import re
from random import getrandbits
from typing import Final

from litestar.types import Scope

# What passes is safe in a header and in a log line. The length is that of the longest ids seen in
# practice, an X-Amzn-Trace-Id with all of its parts, and some more.
_WELL_FORMED: Final = re.compile(rb"[A-Za-z0-9._:;=@/+-]{1,128}")


def get_ids(scope: Scope) -> tuple[str, str | None]:
    """Take the request's id and its trace id from the caller, where they are well-formed.

    Without an id of the caller's the request gets a new one. The trace id is the one that AWS's
    load balancers and gateways give.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html
    """
    headers = dict(scope["headers"])
    request_id = _check(headers.get(b"x-request-id"))
    return request_id or _make_id(), _check(headers.get(b"x-amzn-trace-id"))


def _make_id() -> str:
    # Not a secret, only unlike any other: the system's randomness would be a call of the system.
    return f"{getrandbits(128):032x}"


def _check(value: bytes | None) -> str | None:
    return value.decode() if value is not None and _WELL_FORMED.fullmatch(value) else None
