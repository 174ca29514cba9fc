"""Reads the body of a request and decodes it."""

import json
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Final, TypeAlias, TypeVar

from litestar.types import HTTPReceiveMessage, Receive
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from query_api.exceptions import (
    BodyTooLargeError,
    InvalidRequestError,
    MalformedBodyError,
    RequestFault,
    UnsupportedContentEncodingError,
    UnsupportedMediaTypeError,
)
from query_api.http.requests.rows import RowsRequest

RequestT = TypeVar("RequestT", bound=RowsRequest)

Header: TypeAlias = tuple[bytes, bytes]

_JSON: Final = b"application/json"
_UNENCODED: Final = frozenset({b"", b"identity"})
_PAIRS_DECODER: Final = json.JSONDecoder(object_pairs_hook=list)

# A body of 16 KiB has room for about 2,500 unknown fields; this keeps the response as small.
_MAX_FAULTS: Final = 100

# The longest known field has 14 characters; a pointer repeats the name of an unknown one.
_MAX_NAME_LENGTH: Final = 64

_DETAILS: Final = {
    "extra_forbidden": "Unknown field",
    "model_type": "The body should be a JSON object",
}


async def read_body(receive: Receive) -> bytes:
    """Read the whole body of a request; the server bounds how long it may take.

    Raises:
        BodyTooLargeError: it has more than `BodyTooLargeError.max_bytes`.
        MalformedBodyError: the client disconnected before its end.
    """
    body = b""
    while True:
        message: HTTPReceiveMessage = await receive()  # type: ignore[assignment]
        if message["type"] == "http.disconnect":
            raise MalformedBodyError((RequestFault("", "The body is incomplete"),))
        body += message["body"]
        if len(body) > BodyTooLargeError.max_bytes:
            raise BodyTooLargeError
        if not message["more_body"]:
            return body


def decode_body(body: bytes, headers: Iterable[Header], model: type[RequestT]) -> RequestT:
    """Decode and validate a request.

    Args:
        headers: those of the request, their names in lower case.

    Raises:
        MalformedBodyError: there is no body, or it is not JSON.
        UnsupportedMediaTypeError: the content type is not JSON.
        UnsupportedContentEncodingError: the body is encoded.
        InvalidRequestError: it is JSON but not a valid request; carries all faults.
    """
    body = body.removeprefix(BOM_UTF8)  # RFC 8259 allows a parser to ignore it
    if not body:
        raise MalformedBodyError((RequestFault("", "The body is empty"),))
    _check_headers(headers)
    try:
        request = model.model_validate_json(body)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False, include_context=False)
        malformed = details[0]["type"] == "json_invalid"
        faults = tuple(_describe(each) for each in details[:_MAX_FAULTS])
        # Not chained: pydantic's error holds the input.
        raise (MalformedBodyError if malformed else InvalidRequestError)(faults) from None
    # Each field has a colon, and so may texts: only a body with more of them is parsed again.
    if body.count(b":") != len(request.model_fields_set):
        _check_duplicates(body, request.model_fields_set)
    return request


def _check_headers(headers: Iterable[Header]) -> None:
    content_type = b""
    for name, value in headers:
        if name == b"content-type":
            content_type = value
        elif name == b"content-encoding" and value.strip().lower() not in _UNENCODED:
            raise UnsupportedContentEncodingError("encoded")
    if content_type.partition(b";")[0].strip().lower() != _JSON:
        raise UnsupportedMediaTypeError("not JSON")


def _check_duplicates(body: bytes, fields: Collection[str]) -> None:
    """Refuse a field that is there twice; pydantic takes the last one, other readers the first.

    Args:
        body: a valid request, so that its only object is the body itself.
        fields: of the request.
    """
    pairs: list[tuple[str, object]] = _PAIRS_DECODER.decode(body.decode())
    if len(pairs) == len(fields):
        return
    counts = Counter(name for name, _ in pairs)
    duplicates = [name for name, count in counts.items() if count > 1]
    raise InvalidRequestError(
        tuple(RequestFault(f"/{name}", "Duplicate field") for name in duplicates)
    )


def _describe(error: ErrorDetails) -> RequestFault:
    """Point to the value (RFC 6901); pydantic's message states the rule and never the value."""
    # A body has no object inside, so a name after the field's is that of a form it may have.
    parts = [part for place, part in enumerate(error["loc"]) if place == 0 or type(part) is int]
    pointer = "".join(f"/{_escape(str(part))}" for part in parts)
    rule, _, _ = error["msg"].partition(" after validation, not ")  # follows the rule of a list
    return RequestFault(pointer, _DETAILS.get(error["type"], rule))


def _escape(part: str) -> str:
    if len(part) > _MAX_NAME_LENGTH:
        part = f"{part[:_MAX_NAME_LENGTH]}…"
    return part.replace("~", "~0").replace("/", "~1")
