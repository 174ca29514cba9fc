"""Counts of notifications."""

from typing import Final

from litestar import asgi
from litestar.handlers import ASGIRouteHandler
from litestar.types import Receive, Scope, Send

from query_api.exceptions import OverloadedError
from query_api.http.body import decode_body, read_body
from query_api.http.methods import check_is_post
from query_api.http.problems import send_problem
from query_api.http.requests.summaries import (
    FailSummaryRequest,
    MarketingSummaryRequest,
    SummaryRequest,
    UserSummaryRequest,
)
from query_api.http.responses import send_json
from query_api.http.summary_responses import encode_summary
from query_api.observability.observation import get_observation
from query_api.observability.unreadable_rows import log_unreadable
from query_api.read_model.port import CountQuery, Counts, ReadModel
from query_api.routes.notifications import Clock

MAX_IN_FLIGHT: Final = 4
"""Counts at once; more would take the CPU from queries and from each other."""

_REQUESTS: Final[dict[str, type[SummaryRequest]]] = {
    "/query/user/summary": UserSummaryRequest,
    "/query/marketing/summary": MarketingSummaryRequest,
    "/query/fail/summary": FailSummaryRequest,
}


def create_summary_handlers(read_model: ReadModel, clock: Clock) -> list[ASGIRouteHandler]:
    """Create a handler for each summary; together they have a limit of counts in flight.

    Args:
        clock: seconds since the epoch.
    """
    counting = _Counting(read_model)
    return [_create_handler(path, model, counting, clock) for path, model in _REQUESTS.items()]


class _Counting:
    """Counts, up to a number at once."""

    def __init__(self, read_model: ReadModel) -> None:
        self._read_model = read_model
        self._in_flight = 0

    async def count(self, query: CountQuery) -> Counts:
        if self._in_flight >= MAX_IN_FLIGHT:
            raise OverloadedError("too many counts in flight")
        self._in_flight += 1
        try:
            return await self._read_model.count(query)
        finally:
            self._in_flight -= 1


def _create_handler(
    path: str, model: type[SummaryRequest], counting: _Counting, clock: Clock
) -> ASGIRouteHandler:
    @asgi(path, copy_scope=False)
    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        check_is_post(scope)
        request = decode_body(await read_body(receive), scope["headers"], model)
        query = request.to_count(int(clock() * 1000))
        try:
            counts = await counting.count(query)
        except OverloadedError as error:
            await send_problem(error, scope, send)
            return
        observation = get_observation(scope)
        observation.rows, observation.reads = counts.counted, counts.reads
        observation.unreadable_rows = sum(count for _, count in counts.unreadable)
        log_unreadable(counts.unreadable, observation.request_id)
        await send_json(encode_summary(counts, query), send)

    return handle
