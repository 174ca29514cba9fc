"""The client's errors, and the one table from AWS's error codes to them.

Sources:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

import re
from collections.abc import Mapping
from typing import ClassVar, Final

import msgspec

_TOO_MANY_REQUESTS: Final = 429
_FIRST_SERVER_ERROR: Final = 500
_CODE: Final = re.compile(r"[A-Za-z0-9_.]{1,100}")


class AwsError(Exception):
    """Root of the client's errors. No text holds content of a request or a response.

    Attributes:
        code: AWS's error code, such as `ThrottlingException`; an HTTP status; or the name of what
            failed on the way.
        is_retry_safe: whether the same request may succeed soon.
    """

    is_retry_safe: ClassVar[bool] = False

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ThrottledError(AwsError):
    """AWS throttles."""

    is_retry_safe = True


class UnavailableError(AwsError):
    """AWS failed, or its response is not whole."""

    is_retry_safe = True


class ConnectionFailedError(UnavailableError):
    """No connection, or it was lost or out of step before the whole response arrived."""


class DeadlineExceededError(AwsError):
    """The response did not arrive in time."""

    is_retry_safe = True


class ExpiredCredentialsError(AwsError):
    """AWS no longer accepts the credentials; newer ones may help."""

    is_retry_safe = True


class RefusedError(AwsError):
    """AWS refuses the request: no such table, no permission, no credentials."""


class InvalidRequestError(AwsError):
    """AWS calls the request invalid: it can never succeed as it is."""


class ConditionFailedError(AwsError):
    """The condition of a conditional write does not hold."""


class InvalidConfigurationError(Exception):
    """AWS's own settings are missing or invalid.

    Attributes:
        setting: the variable or file entry to correct.
        reason: why it is invalid.
    """

    def __init__(self, setting: str, reason: str) -> None:
        super().__init__(f"{setting}: {reason}")
        self.setting = setting
        self.reason = reason


# A code that is not here counts by its HTTP status.
_ERRORS: Final[Mapping[str, type[AwsError]]] = {
    "ConditionalCheckFailedException": ConditionFailedError,
    **dict.fromkeys(
        (
            "KmsThrottled",
            "ProvisionedThroughputExceededException",
            "RequestLimitExceeded",
            "RequestThrottled",
            "SlowDown",
            "ThrottledException",
            "Throttling",
            "ThrottlingException",
            "TooManyRequestsException",
        ),
        ThrottledError,
    ),
    **dict.fromkeys(
        (
            "ReplicatedWriteConflictException",
            "RequestTimeout",
            "TransactionConflictException",
            "TransactionInProgressException",
        ),
        UnavailableError,
    ),
    **dict.fromkeys(
        (
            "ExpiredToken",
            "ExpiredTokenException",
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "RequestExpired",
            "TokenRefreshRequired",
            "UnrecognizedClientException",
        ),
        ExpiredCredentialsError,
    ),
    **dict.fromkeys(
        (
            "InvalidMessageContents",
            "InvalidParameterValue",
            "InvalidParameterValueException",
            "ItemCollectionSizeLimitExceededException",
            "RequestEntityTooLargeException",
            "SerializationException",
            "ValidationException",
        ),
        InvalidRequestError,
    ),
}


def decode_error(status: int, headers: Mapping[bytes, bytes], body: bytes) -> AwsError:
    """Return the error for a response that is not a success."""
    return create_error(_decode_code(headers, body) or str(status), status)


def create_error(code: str, status: int) -> AwsError:
    """Return the error for an error code and the HTTP status that it came with."""
    known = _ERRORS.get(code)
    if known is not None:
        return known(code)
    if status == _TOO_MANY_REQUESTS:
        return ThrottledError(code)
    if status >= _FIRST_SERVER_ERROR:
        return UnavailableError(code)
    return RefusedError(code)


def _decode_code(headers: Mapping[bytes, bytes], body: bytes) -> str | None:
    """Return the error code; None for the response of a proxy, which has none.

    The code is in `x-amzn-errortype` or in the body's `__type`, as `Code`, `namespace#Code`, and
    either with `:URI` behind it.
    Source: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html#operation-error-serialization
    """
    try:
        content = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        content = None
    kind = content.get("__type") if isinstance(content, dict) else None
    if not isinstance(kind, str):
        kind = headers.get(b"x-amzn-errortype", b"").decode("ascii", "replace")
    code = kind.partition(":")[0].rpartition("#")[2]
    # A peer that is not AWS may send anything, and codes are logged.
    return code if _CODE.fullmatch(code) else None
