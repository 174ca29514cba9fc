"""Maps DynamoDB's error codes to the errors of the port.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
"""

from typing import Final

import msgspec

from query_api.exceptions import ReadModelError, RefusedError, ThrottledError, UnavailableError

THROTTLING_CODES: Final = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
    }
)
_FIRST_SERVER_ERROR_STATUS: Final = 500


def decode_error_code(body: bytes, status: int) -> str:
    """Return the last part of a body's `__type`, such as `ThrottlingException`.

    A proxy's response has no `__type`: its status is the code.
    """
    try:
        content = msgspec.json.decode(body)
    except msgspec.DecodeError:
        content = None
    kind = content.get("__type") if isinstance(content, dict) else None
    return kind.rpartition("#")[2] if isinstance(kind, str) else str(status)


def map_error(code: str, status: int) -> ReadModelError:
    """Return the error for a response that is not a success.

    Args:
        code: as from `decode_error_code`.
        status: the HTTP status.
    """
    if code in THROTTLING_CODES:
        return ThrottledError(f"DynamoDB throttles: {code}")
    if status >= _FIRST_SERVER_ERROR_STATUS:
        return UnavailableError(f"DynamoDB fails: {code}")
    return RefusedError(code)
