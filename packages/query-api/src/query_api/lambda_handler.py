"""The query Lambda: the service's read path, with Lambda in front of it instead of HTTP."""

import asyncio
from functools import cache
from typing import Any

from query_api.aws.client import ClientOptions
from query_api.aws.endpoint import create_session
from query_api.dynamodb.read_model import create_read_model
from query_api.exceptions import ReadModelError
from query_api.lambda_codec import decode_query, encode_failure, encode_page
from query_api.queries import get_page
from query_api.read_model import ReadModel
from query_api.settings import load_settings


class QueryFunction:
    """Answers one event after another, on one event loop: connections live on it."""

    def __init__(self, read_model: ReadModel, runner: asyncio.Runner, *, deadline_s: float) -> None:
        """Make the function.

        Args:
            deadline_s: seconds an answer may take.
        """
        self._read_model = read_model
        self._runner = runner
        self._deadline_s = deadline_s

    def answer(self, event: object) -> dict[str, Any]:
        """Answer a query, or say why there is no answer.

        Raises:
            InvalidQueryEventError: the event is not a query.
        """
        query = decode_query(event)
        try:
            page = self._runner.run(get_page(self._read_model, query, self._deadline_s))
            return encode_page(page)
        except ReadModelError as error:
            return encode_failure(error)


def handler(event: object, _context: object) -> dict[str, Any]:
    """Take an invocation; Lambda's entry point."""
    return _get_function().answer(event)


@cache
def _get_function() -> QueryFunction:
    """Wire the function once for all invocations of this environment, the settings read then."""
    settings = load_settings()
    options = ClientOptions(
        endpoint_url=settings.dynamodb_endpoint_url,
        deadline_s=settings.deadline_s,
        max_connections=settings.max_connections,
    )
    read_model = create_read_model(create_session(), settings.table_name, options)
    return QueryFunction(read_model, asyncio.Runner(), deadline_s=settings.deadline_s)
