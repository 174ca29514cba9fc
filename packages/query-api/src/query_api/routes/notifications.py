"""The queries for notifications. POST only: ids in a URL end up in load balancers' logs."""

from collections import Counter
from collections.abc import Callable
from typing import Final, TypeAlias

from litestar import asgi
from litestar.handlers import ASGIRouteHandler
from litestar.types import Receive, Scope, Send

from query_api.http.body import decode_body, read_body
from query_api.http.methods import check_is_post
from query_api.http.requests.queries import (
    FailRequest,
    MarketingRequest,
    QueryRequest,
    TransactionRequest,
    UserRequest,
)
from query_api.http.responses import encode_answer, send_json
from query_api.observability.observation import get_observation
from query_api.observability.unreadable_rows import log_unreadable
from query_api.read_model.port import ReadModel

Clock: TypeAlias = Callable[[], float]

_REQUESTS: Final[dict[str, type[QueryRequest]]] = {
    "/query/user": UserRequest,
    "/query/marketing": MarketingRequest,
    "/query/fail": FailRequest,
    "/query/transaction": TransactionRequest,
}


def create_query_handlers(read_model: ReadModel, clock: Clock) -> list[ASGIRouteHandler]:
    """Create a handler for each access pattern.

    Args:
        clock: seconds since the epoch.
    """
    return [_create_handler(path, model, read_model, clock) for path, model in _REQUESTS.items()]


def _create_handler(
    path: str, model: type[QueryRequest], read_model: ReadModel, clock: Clock
) -> ASGIRouteHandler:
    """Create a handler over plain ASGI, bypassing Litestar's Request and Response.

    Those cost a third of a whole query: the body goes through two asynchronous generators, and the
    response is built from mutable headers. The read model is bound in a closure, because Litestar
    would inject dependencies on each request and deep-copies bound methods.
    """

    @asgi(path, copy_scope=False)
    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        check_is_post(scope)
        request = decode_body(await read_body(receive), scope["headers"], model)
        query = request.to_query(int(clock() * 1000))
        page = await read_model.get_page(query)
        observation = get_observation(scope)
        observation.rows, observation.reads = len(page.rows), page.reads
        if page.unreadable:
            observation.unreadable_rows = len(page.unreadable)
            log_unreadable(Counter(page.unreadable).items(), observation.request_id)
        await send_json(encode_answer(page, query), send)

    return handle
