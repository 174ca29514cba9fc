"""Reads the body of a request and decodes it."""

from typing import Final

from litestar.types import HTTPReceiveMessage, Receive, Scope
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from query_api.exceptions import (
    BodyTimeoutError,
    BodyTooLargeError,
    InvalidRequestError,
    MalformedBodyError,
    RequestFault,
    UnsupportedMediaTypeError,
)
from query_api.http.requests import QueryRequest
from query_api.time_limit import TimeLimit

_JSON: Final = "application/json"

# A body fits into a few packets; one that never arrives would hold an in-flight slot.
_TIMEOUT_S: Final = 5

# A body of 16 KiB has room for about 2,500 unknown fields; this keeps the response as small.
_MAX_FAULTS: Final = 100

_DETAILS: Final = {
    "extra_forbidden": "Unknown field",
    "model_type": "The body should be a JSON object",
}


async def read_body(receive: Receive, *, timeout_s: float = _TIMEOUT_S) -> bytes:
    """Read the whole body of a request.

    Args:
        timeout_s: seconds until the last byte must have arrived.

    Raises:
        BodyTimeoutError: it did not arrive in time.
        BodyTooLargeError: it has more than `BodyTooLargeError.max_bytes`.
        MalformedBodyError: the client disconnected before its end.
    """
    body = b""
    try:
        with TimeLimit(timeout_s):
            while True:
                message: HTTPReceiveMessage = await receive()  # type: ignore[assignment]
                if message["type"] == "http.disconnect":
                    raise MalformedBodyError((RequestFault("", "The body is incomplete"),))
                body += message["body"]
                if len(body) > BodyTooLargeError.max_bytes:
                    raise BodyTooLargeError
                if not message["more_body"]:
                    return body
    except TimeoutError:
        raise BodyTimeoutError from None


def find_content_type(scope: Scope) -> str:
    """Return the header Content-Type; empty if there is none."""
    for name, value in scope["headers"]:
        if name == b"content-type":
            return value.decode("latin-1")
    return ""


def decode_body(body: bytes, content_type: str, model: type[QueryRequest]) -> QueryRequest:
    """Decode and validate a request.

    Args:
        content_type: the header as it came; empty if there was none.

    Raises:
        MalformedBodyError: there is no body, or it is not JSON.
        UnsupportedMediaTypeError: the content type is not JSON.
        InvalidRequestError: it is JSON but not a valid request; carries all faults.
    """
    if not body:
        raise MalformedBodyError((RequestFault("", "The body is empty"),))
    if content_type.partition(";")[0].strip().lower() != _JSON:
        raise UnsupportedMediaTypeError("not JSON")
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False, include_context=False)
        malformed = details[0]["type"] == "json_invalid"
        faults = tuple(_describe(each) for each in details[:_MAX_FAULTS])
        # Not chained: pydantic's error holds the input.
        raise (MalformedBodyError if malformed else InvalidRequestError)(faults) from None


def _describe(error: ErrorDetails) -> RequestFault:
    """Point to the value (RFC 6901); pydantic's message states the rule and never the value."""
    pointer = "".join(f"/{_escape(str(part))}" for part in error["loc"])
    return RequestFault(pointer, _DETAILS.get(error["type"], error["msg"]))


def _escape(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")
