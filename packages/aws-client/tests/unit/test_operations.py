import json

import pytest

from aws_client import HttpResponse, UnavailableError
from aws_client.operations import create_invoke, decode_object


@pytest.mark.parametrize("value", [{}, {"Items": None}, {"Items": [{"a": {"S": "新年"}}]}])
def test_an_object_is_decoded(value):
    body = json.dumps(value, ensure_ascii=False).encode()

    assert decode_object(HttpResponse(200, {}, body)) == value


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>canary</html>",
        b'["canary"]',
        b"null",
        b'{"canary": ',
        b"\xff",
        b'{"canary": "\xff"}',
        100_000 * b"[",
        b'{"canary": ' + 100_000 * b"[",
    ],
    ids=lambda body: repr(body[:20]),
)
def test_any_other_body_is_unavailable_and_not_repeated(body):
    with pytest.raises(UnavailableError) as caught:
        decode_object(HttpResponse(200, {}, body))

    assert "canary" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_an_invocations_path_holds_name_and_qualifier():
    operation = create_invoke("arn:aws:lambda:eu-west-1:111122223333:function:query:live")

    assert operation.path == (
        "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A111122223333%3Afunction"
        "%3Aquery%3Alive/invocations"
    )
