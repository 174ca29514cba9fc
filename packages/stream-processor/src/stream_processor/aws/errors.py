"""Maps errors of boto3's clients to `AWSCallError`."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ChecksumError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's name for its own root of these errors
    HTTPClientError,
)

from aws_client.errors import create_error
from stream_processor.exceptions import AWSCallError


@contextmanager
def wrapping_errors(error_class: type[AWSCallError]) -> Iterator[None]:
    """Raise the errors of a boto3 client as `error_class`, with their code."""
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        # An error of a credentials provider may have no response.
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        is_retry_safe = create_error(code, status).is_retry_safe
        raise error_class(code, is_retry_safe=is_retry_safe) from error
    except BotoCoreError as error:
        is_connection = isinstance(error, (ConnectionError, HTTPClientError, ChecksumError))
        raise error_class(type(error).__name__, is_retry_safe=is_connection) from error
