"""Maps errors of AWS clients to `AWSCallError`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from botocore.exceptions import (
    BotoCoreError,
    ChecksumError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's name for its own root of these errors
    HTTPClientError,
)

from stream_processor.exceptions import AWSCallError

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
# and https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html;
# they may be retried although their status is below 500.
_PASSING_CODES: Final = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "ReplicatedWriteConflictException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestTimeout",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
_TOO_MANY_REQUESTS: Final = 429
_FIRST_SERVER_ERROR: Final = 500


@contextmanager
def wrapping_errors(error_class: type[AWSCallError]) -> Iterator[None]:
    """Raise the errors of an AWS client as `error_class`, with their code."""
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise error_class(code, is_retry_safe=_is_passing(error)) from error
    except BotoCoreError as error:
        is_connection = isinstance(error, (ConnectionError, HTTPClientError, ChecksumError))
        raise error_class(type(error).__name__, is_retry_safe=is_connection) from error


def _is_passing(error: ClientError) -> bool:
    # An error of a credentials provider may have no response.
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return (
        status >= _FIRST_SERVER_ERROR
        or status == _TOO_MANY_REQUESTS
        or error.response["Error"]["Code"] in _PASSING_CODES
    )
