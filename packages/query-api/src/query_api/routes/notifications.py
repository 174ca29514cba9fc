"""The queries for notifications. POST alone: ids in a URL end up in load balancers' logs."""

from collections.abc import Awaitable, Callable

from litestar import asgi
from litestar.handlers import ASGIRouteHandler
from litestar.types import Receive, Scope, Send

from query_api.http.body import RequestT, decode_body
from query_api.http.exchange import check_is_post, find_content_type, read_body, send_json
from query_api.http.requests import FailRequest, MarketingRequest, TransactionRequest, UserRequest
from query_api.http.responses import encode_answer
from query_api.observability.observation import get_observation
from query_api.read_model.port import Page, ReadModel
from query_api.read_model.queries import query_fail, query_marketing, query_transaction, query_user


def create_query_handlers(read_model: ReadModel, *, deadline_s: float) -> list[ASGIRouteHandler]:
    """Make a handler for every access pattern.

    The read model is bound in closures: Litestar's dependency injection would be work on each
    request, and bound methods are deep-copied by its routers, the read model with them.

    Args:
        deadline_s: seconds an answer may take.
    """

    async def find_user(asked: UserRequest) -> Page:
        selection = asked.get_selection()
        return await query_user(read_model, asked.user_id, selection, deadline_s=deadline_s)

    async def find_marketing(asked: MarketingRequest) -> Page:
        selection = asked.get_selection()
        return await query_marketing(
            read_model, asked.marketing_id, selection, deadline_s=deadline_s
        )

    async def find_fail(asked: FailRequest) -> Page:
        selection = asked.get_selection()
        return await query_fail(read_model, asked.transaction_id, selection, deadline_s=deadline_s)

    async def find_transaction(asked: TransactionRequest) -> Page:
        selection = asked.get_selection()
        return await query_transaction(
            read_model, asked.transaction_id, selection, deadline_s=deadline_s
        )

    return [
        _create_handler("/query/user", UserRequest, find_user),
        _create_handler("/query/marketing", MarketingRequest, find_marketing),
        _create_handler("/query/fail", FailRequest, find_fail),
        _create_handler("/query/transaction", TransactionRequest, find_transaction),
    ]


def _create_handler(
    path: str, model: type[RequestT], find: Callable[[RequestT], Awaitable[Page]]
) -> ASGIRouteHandler:
    @asgi(path, copy_scope=False)
    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        check_is_post(scope)
        asked = decode_body(await read_body(receive), find_content_type(scope), model)
        page = await find(asked)
        observation = get_observation(scope)
        observation.rows, observation.reads = len(page.rows), page.reads
        await send_json(encode_answer(page), send)

    return handle
