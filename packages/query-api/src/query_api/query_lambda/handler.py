"""The query Lambda: the service's read path behind Lambda instead of HTTP."""

import asyncio
from typing import Any

from query_api.exceptions import ReadModelError
from query_api.query_lambda.codec import (
    decode_query,
    encode_counts,
    encode_failure,
    encode_page,
)
from query_api.read_model.port import CountQuery, ReadModel, RowQuery


class QueryFunction:
    """Handles one event after another, on the event loop that its connections belong to."""

    def __init__(self, read_model: ReadModel, runner: asyncio.Runner) -> None:
        self._read_model = read_model
        self._runner = runner

    def handle(self, event: object) -> dict[str, Any]:
        """Return the reply to a query: its result or its error.

        Raises:
            InvalidQueryEventError: the event is not a query.
        """
        query = decode_query(event)
        try:
            return self._runner.run(self._run(query))
        except ReadModelError as error:
            return encode_failure(error)

    async def _run(self, query: RowQuery | CountQuery) -> dict[str, Any]:
        if isinstance(query, CountQuery):
            return encode_counts(await self._read_model.count(query))
        return encode_page(await self._read_model.get_page(query))
