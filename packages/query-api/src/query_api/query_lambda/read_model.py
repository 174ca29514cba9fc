"""The read model behind the query Lambda, which queries DynamoDB for the service.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from typing import Any, Final
from urllib.parse import quote

import boto3
import msgspec

from query_api.aws.client import AwsClient, ClientOptions, create_client
from query_api.aws.connection import HttpResponse
from query_api.exceptions import (
    DeadlineExceededError,
    ReadModelError,
    RefusedError,
    ThrottledError,
    UnavailableError,
)
from query_api.query_lambda.codec import decode_reply, encode_query
from query_api.read_model.port import Page, RowQuery

_HEADERS: Final = {"content-type": "application/json"}
_OK: Final = 200
_THROTTLED_STATUS: Final = 429
_FIRST_SERVER_ERROR_STATUS: Final = 500

_TIMED_OUT: Final = "Sandbox.Timedout"
# The execution environment failed, not the code: out of memory, ended, or did not start.
_ENVIRONMENT_ERRORS: Final = ("Runtime.", "Sandbox.")


class LambdaReadModel:
    """Implements `ReadModel`."""

    def __init__(self, client: AwsClient) -> None:
        self._client = client

    async def get_page(self, query: RowQuery) -> Page:
        """See `ReadModel.get_page`."""
        reply = await self._client.send(encode_query(query), _decode)
        if isinstance(reply, ReadModelError):
            # Raised here and not by `_decode`, because the function has retried already.
            raise reply
        return reply

    def close(self) -> None:
        """Close the idle connections."""
        self._client.close()


def create_lambda_read_model(
    session: boto3.Session, function_name: str, options: ClientOptions
) -> LambdaReadModel:
    """Create the read model behind this function.

    Args:
        function_name: a name or an ARN, with or without a qualifier.

    Raises:
        InvalidSettingsError: no region is set, or AWS's own settings are invalid.
    """
    path = f"/2015-03-31/functions/{quote(function_name, safe='')}/invocations"
    return LambdaReadModel(create_client(session, "lambda", path, _HEADERS, options))


def _decode(response: HttpResponse) -> Page | ReadModelError:
    if response.status != _OK:
        raise _map_status(response)
    if b"x-amz-function-error" in response.headers:
        raise _map_function_error(response.body)
    return decode_reply(response.body)


def _map_status(response: HttpResponse) -> ReadModelError:
    """Return the error for an invocation that did not take place."""
    kind = response.headers.get(b"x-amzn-errortype", b"").decode("ascii", "replace")
    code = kind.partition(":")[0] or str(response.status)
    if response.status == _THROTTLED_STATUS:
        return ThrottledError(f"Lambda throttles: {code}")
    if response.status >= _FIRST_SERVER_ERROR_STATUS:
        return UnavailableError(f"Lambda fails: {code}")
    return RefusedError(code)


def _map_function_error(body: bytes) -> ReadModelError:
    """Return the error for an invocation that ended in one, without its text."""
    try:
        described: Any = msgspec.json.decode(body)
    except msgspec.DecodeError:
        described = None
    found = described if isinstance(described, dict) else {}
    kind = str(found.get("errorType", "Unhandled"))
    if kind == _TIMED_OUT or "Task timed out after" in str(found.get("errorMessage")):
        return DeadlineExceededError("the function did not end in time")
    if kind.startswith(_ENVIRONMENT_ERRORS):
        return UnavailableError(f"the function's environment failed: {kind}")
    return RefusedError(kind)
