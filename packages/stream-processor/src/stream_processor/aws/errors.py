"""AWS's errors to ours."""

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
# every one of them comes with a status that blames the caller.
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
    """Raise what an AWS client raises as an error of ours that carries its code."""
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise error_class(code, is_retry_safe=_is_passing(error)) from error
    except BotoCoreError as error:
        is_connection = isinstance(error, (ConnectionError, HTTPClientError, ChecksumError))
        raise error_class(type(error).__name__, is_retry_safe=is_connection) from error


def _is_passing(error: ClientError) -> bool:
    # An error of a credentials provider may have no answer to it.
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return (
        status >= _FIRST_SERVER_ERROR
        or status == _TOO_MANY_REQUESTS
        or error.response["Error"]["Code"] in _PASSING_CODES
    )
