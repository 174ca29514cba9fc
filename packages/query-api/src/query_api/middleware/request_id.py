"""The ids that correlate a request of a caller and a load balancer with the logs."""

import re
from random import getrandbits
from typing import Final

from litestar.types import Scope

# Safe in a header and in a log line. The longest ids in practice, an X-Amzn-Trace-Id with all of
# its parts, are shorter.
_WELL_FORMED: Final = re.compile(rb"[A-Za-z0-9._:;=@/+-]{1,128}")


def get_ids(scope: Scope) -> tuple[str, str | None]:
    """Return the request id and the trace id, those of the caller if they are well-formed.

    Otherwise the request id is new and the trace id None. AWS's load balancers and gateways set
    the trace id.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html
    """
    headers = dict(scope["headers"])
    request_id = _check(headers.get(b"x-request-id"))
    return request_id or _create_id(), _check(headers.get(b"x-amzn-trace-id"))


def _create_id() -> str:
    # Needs to be unique, not secret; avoids a system call for `os.urandom`.
    return f"{getrandbits(128):032x}"


def _check(value: bytes | None) -> str | None:
    return value.decode() if value is not None and _WELL_FORMED.fullmatch(value) else None
