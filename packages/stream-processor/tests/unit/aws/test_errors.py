import pytest
from botocore.exceptions import (
    ChecksumError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)

from stream_processor.aws.errors import wrapping_errors
from stream_processor.exceptions import ReadModelWriteError

URL = "https://dynamodb.test"


def make_client_error(status, code):
    return ClientError(
        {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "PutItem"
    )


def wrap(error):
    with pytest.raises(ReadModelWriteError) as caught, wrapping_errors(ReadModelWriteError):
        raise error
    return caught.value


@pytest.mark.parametrize(
    ("status", "code", "is_retry_safe"),
    [
        (400, "ProvisionedThroughputExceededException", True),
        (400, "ThrottlingException", True),
        (400, "RequestLimitExceeded", True),
        (429, "429", True),
        (500, "InternalServerError", True),
        (503, "ServiceUnavailable", True),
        (502, "502", True),
        (400, "ValidationException", False),
        (400, "AccessDeniedException", False),
        (400, "ResourceNotFoundException", False),
        (400, "ItemCollectionSizeLimitExceededException", False),
        (403, "403", False),
    ],
)
def test_throttling_and_server_errors_are_retry_safe(status, code, is_retry_safe):
    error = wrap(make_client_error(status, code))

    assert (error.code, error.is_retry_safe) == (code, is_retry_safe)


@pytest.mark.parametrize(
    ("error", "is_retry_safe"),
    [
        (EndpointConnectionError(endpoint_url=URL), True),
        (ConnectTimeoutError(endpoint_url=URL), True),
        (ReadTimeoutError(endpoint_url=URL), True),
        (ConnectionClosedError(endpoint_url=URL), True),
        (ChecksumError(checksum_type="crc32", expected_checksum="1", actual_checksum="2"), True),
        (NoCredentialsError(), False),
        (ParamValidationError(report="wrong"), False),
    ],
)
def test_connection_errors_are_retry_safe(error, is_retry_safe):
    wrapped = wrap(error)

    assert (wrapped.code, wrapped.is_retry_safe) == (type(error).__name__, is_retry_safe)


def test_a_client_error_without_a_response_is_not_retry_safe():
    error = wrap(ClientError({"Error": {"Code": "Expired"}}, "AssumeRole"))

    assert (error.code, error.is_retry_safe) == ("Expired", False)
