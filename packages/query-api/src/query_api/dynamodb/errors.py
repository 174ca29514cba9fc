"""DynamoDB's error codes to the errors of the port.

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
    """Find the last part of a body's `__type`, such as `ThrottlingException`.

    What stands between AWS and us may answer too, with no code of its own: the status is the code.
    """
    try:
        answer = msgspec.json.decode(body)
    except msgspec.DecodeError:
        answer = None
    kind = answer.get("__type") if isinstance(answer, dict) else None
    return kind.rpartition("#")[2] if isinstance(kind, str) else str(status)


def map_error(code: str, status: int) -> ReadModelError:
    """Choose the error for an answer that is none.

    Args:
        code: the last part of `__type`, such as `ThrottlingException`.
        status: of HTTP.
    """
    if code in THROTTLING_CODES:
        return ThrottledError(f"DynamoDB throttles: {code}")
    if status >= _FIRST_SERVER_ERROR_STATUS:
        return UnavailableError(f"DynamoDB fails: {code}")
    return RefusedError(code)
