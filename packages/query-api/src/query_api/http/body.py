"""The body of a request to the question it asks."""

from typing import Final, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from query_api.exceptions import (
    InvalidRequestError,
    MalformedBodyError,
    RequestFault,
    UnsupportedMediaTypeError,
)
from query_api.http.requests import QueryRequest

RequestT = TypeVar("RequestT", bound=QueryRequest)

_JSON: Final = "application/json"

# A body of 16 KiB has room for some 2,500 unknown fields: the answer stays about as small.
_MAX_FAULTS: Final = 100

_DETAILS: Final = {
    "extra_forbidden": "Unknown field",
    "model_type": "The body should be a JSON object",
}


def decode_body(body: bytes, content_type: str, model: type[RequestT]) -> RequestT:
    """Read and check a question.

    Args:
        content_type: the header as it came; empty where there was none.

    Raises:
        MalformedBodyError: there is no body, or it is not JSON.
        UnsupportedMediaTypeError: the body is not announced as JSON.
        InvalidRequestError: it is JSON but not a valid question; carries everything wrong.
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
    """Name the place as RFC 6901 does; pydantic's message tells the rule and never the value."""
    pointer = "".join(f"/{_escape(str(part))}" for part in error["loc"])
    return RequestFault(pointer, _DETAILS.get(error["type"], error["msg"]))


def _escape(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")
