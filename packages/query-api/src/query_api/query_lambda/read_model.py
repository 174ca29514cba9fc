"""The read model behind the query Lambda, which queries DynamoDB for the service.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from collections.abc import Callable
from typing import Final, TypeVar

from aws_client import (
    AwsClient,
    AwsError,
    ConnectionFailedError,
    DeadlineExceededError,
    HttpResponse,
    RefusedError,
    UnavailableError,
)
from aws_client.operations import create_invoke, decode_object
from query_api.exceptions import ReadModelError
from query_api.query_lambda.codec import decode_reply, encode_query
from query_api.read_model.backend_client import map_error
from query_api.read_model.port import CountQuery, Counts, Page, RowQuery
from query_api.read_model.queries import has_foreign_row

ResultT = TypeVar("ResultT", Page, Counts)

_TIMED_OUT: Final = "Sandbox.Timedout"
# The execution environment failed, not the code: out of memory, ended, or did not start.
_ENVIRONMENT_ERRORS: Final = ("Runtime.", "Sandbox.")


class LambdaReadModel:
    """Implements `ReadModel`.

    Args:
        function_name: a name or an ARN, with or without a qualifier.
    """

    def __init__(self, client: AwsClient, function_name: str) -> None:
        self._client = client
        self._invoke = create_invoke(function_name)

    async def get_page(self, query: RowQuery) -> Page:
        """See `ReadModel.get_page`."""
        return await self._call(query, lambda response: _decode_page(response, query))

    async def count(self, query: CountQuery) -> Counts:
        """See `ReadModel.count`. The function refuses rows of others; counts do not show them."""
        return await self._call(query, _decode_counts)

    async def _call(
        self,
        query: RowQuery | CountQuery,
        decode: Callable[[HttpResponse], ResultT | ReadModelError],
    ) -> ResultT:
        try:
            reply = await self._client.call(self._invoke, encode_query(query), decode)
        except AwsError as error:
            raise map_error(error) from error
        if isinstance(reply, ReadModelError):
            # Raised here and not by `decode`, because the function has retried already.
            raise reply
        return reply

    def close(self) -> None:
        """Close the idle connections."""
        self._client.close()


def _decode_page(response: HttpResponse, query: RowQuery) -> Page | ReadModelError:
    page = _decode(response, Page)
    # Rows must not reach another user, even if the connection is out of step.
    partitions = [group[0] for group in query.groups]
    if isinstance(page, Page) and has_foreign_row(query.index, partitions, page.rows):
        raise ConnectionFailedError("RowsOfAnotherQuery")
    return page


def _decode_counts(response: HttpResponse) -> Counts | ReadModelError:
    return _decode(response, Counts)


def _decode(response: HttpResponse, kind: type[ResultT]) -> ResultT | ReadModelError:
    if b"x-amz-function-error" in response.headers:
        raise _decode_function_error(response)
    reply = decode_reply(response.body)
    if not isinstance(reply, (kind, ReadModelError)):
        raise ConnectionFailedError("ReplyToAnotherQuery")
    return reply


def _decode_function_error(response: HttpResponse) -> AwsError:
    """Return the error for an invocation that ended in one, without its text.

    Raises:
        UnavailableError: the body is not the JSON object that Lambda returns.
    """
    described = decode_object(response)
    kind = str(described.get("errorType", "Unhandled"))
    if kind == _TIMED_OUT or "Task timed out after" in str(described.get("errorMessage")):
        return DeadlineExceededError(_TIMED_OUT)
    if kind.startswith(_ENVIRONMENT_ERRORS):
        return UnavailableError(kind)
    return RefusedError(kind)
