import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_client.errors import (
    AwsError,
    ConditionFailedError,
    ExpiredCredentialsError,
    InvalidRequestError,
    RefusedError,
    ThrottledError,
    UnavailableError,
    decode_error,
)

PREFIX = "com.amazonaws.dynamodb.v20120810#"
BRACKETS = 100_000 * b"["


def encode(kind):
    return json.dumps({"__type": kind, "message": "canary"}).encode()


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (400, "ConditionalCheckFailedException", ConditionFailedError),
        (400, "ProvisionedThroughputExceededException", ThrottledError),
        (400, "ThrottlingException", ThrottledError),
        (400, "RequestLimitExceeded", ThrottledError),
        (429, "TooManyRequestsException", ThrottledError),
        (400, "RequestThrottled", ThrottledError),
        (400, "ExpiredTokenException", ExpiredCredentialsError),
        (400, "UnrecognizedClientException", ExpiredCredentialsError),
        (400, "InvalidSignatureException", ExpiredCredentialsError),
        (403, "InvalidClientTokenId", ExpiredCredentialsError),
        (400, "ValidationException", InvalidRequestError),
        (400, "ItemCollectionSizeLimitExceededException", InvalidRequestError),
        (400, "InvalidMessageContents", InvalidRequestError),
        (413, "RequestEntityTooLargeException", InvalidRequestError),
        (400, "TransactionConflictException", UnavailableError),
        (500, "InternalServerError", UnavailableError),
        (503, "ServiceUnavailable", UnavailableError),
        (502, "EC2ThrottledException", UnavailableError),
        (400, "AccessDeniedException", RefusedError),
        (400, "ResourceNotFoundException", RefusedError),
        (400, "QueueDoesNotExist", RefusedError),
    ],
)
@pytest.mark.parametrize(
    "form",
    [
        lambda code: ({}, encode(code)),
        lambda code: ({}, encode(PREFIX + code)),
        lambda code: ({}, encode(f"{PREFIX}{code}:http://internal.amazon.com/coral/x#y")),
        lambda code: ({b"x-amzn-errortype": code.encode()}, b""),
        lambda code: ({b"x-amzn-errortype": f"{code}:http://internal/".encode()}, b"{}"),
        lambda code: ({b"x-amzn-errortype": f"{PREFIX}{code}".encode()}, b'{"__type": null}'),
    ],
    ids=["code", "namespace", "URI", "header", "header with URI", "header with namespace"],
)
def test_an_error_is_known_by_its_code_wherever_it_is(status, code, error, form):
    headers, body = form(code)

    decoded = decode_error(status, headers, body)

    assert (type(decoded), decoded.code) == (error, code)
    assert "canary" not in str(decoded)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (301, RefusedError),
        (400, RefusedError),
        (403, RefusedError),
        (404, RefusedError),
        (429, ThrottledError),
        (500, UnavailableError),
        (502, UnavailableError),
        (503, UnavailableError),
    ],
)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>canary</html>",
        b'["canary"]',
        b"null",
        b'{"__type": 1}',
        encode("not a code: canary"),
        encode("x" * 101),
        b"\xff",
        b'{"__type": "\xff"}',
        BRACKETS,
        b'{"__type": ' + BRACKETS,
    ],
)
def test_an_error_without_a_code_is_known_by_its_status(status, error, body):
    decoded = decode_error(status, {}, body)

    assert (type(decoded), decoded.code) == (error, str(status))
    assert str(decoded) == str(status)


@given(
    status=st.integers(201, 599),
    header=st.none() | st.binary(max_size=50),
    body=st.binary(max_size=200) | st.builds(encode, st.text(max_size=50)),
)
def test_any_response_is_an_error_with_a_printable_code(status, header, body):
    headers = {} if header is None else {b"x-amzn-errortype": header}

    decoded = decode_error(status, headers, body)

    assert isinstance(decoded, AwsError)
    assert decoded.code.isascii()
    assert decoded.code.isprintable()
    assert 0 < len(decoded.code) <= 100
