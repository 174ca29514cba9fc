"""The asynchronous client."""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any, Self, Unpack

import httpx
import stamina

from notification_client.connection import (
    Content,
    HttpOptions,
    complete_options,
    translated_errors,
)
from notification_client.core.api import Api
from notification_client.core.queries import Query
from notification_client.core.responses import (
    Response,
    check_status,
    decode_page,
    decode_summary_part,
)
from notification_client.core.retries import DEFAULT_RETRY_POLICY, Attempts, RetryPolicy
from notification_client.core.sums import Sum
from notification_client.core.walk import Walk
from notification_client.records import Notification, Page, Summary


class AsyncNotifications:
    """The notifications of a query, newest first, requested while they are iterated over."""

    def __init__(self, send: Callable[[Query], Awaitable[Response]], query: Query) -> None:
        self._send = send
        self._query = query

    async def __aiter__(self) -> AsyncIterator[Notification]:
        async for page in self.pages():
            for notification in page.notifications:
                yield notification

    async def pages(self, cursor: str | None = None, page_size: int = 100) -> AsyncIterator[Page]:
        """Yield pages; arguments as for `Notifications.pages`."""
        query, walk = self._query.with_page_size(page_size), Walk(cursor)
        while walk.has_more:
            page = decode_page(await self._send(query.start_at(walk.cursor)))
            yield page
            walk.advance(page.next_cursor)


class AsyncNotificationClient(
    Api[AsyncNotifications, Coroutine[Any, Any, Summary], AsyncIterator[Summary]]
):
    """A client of the Query Service, for the tasks of one event loop.

    Keeps its connections until `aclose`, or the end of an `async with` block. Arguments as for
    `NotificationClient`.
    """

    def __init__(
        self,
        url: str,
        *,
        retry_policy: RetryPolicy = DEFAULT_RETRY_POLICY,
        transport: httpx.AsyncBaseTransport | None = None,
        **options: Unpack[HttpOptions],
    ) -> None:
        self._retry_policy = retry_policy
        self._call = stamina.AsyncRetryingCaller(**retry_policy.get_limits())
        self._http = httpx.AsyncClient(transport=transport, **complete_options(url, options))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    def _find(self, query: Query) -> AsyncNotifications:
        return AsyncNotifications(self._send, query)

    async def _summarize_in_parts(self, query: Query) -> AsyncIterator[Summary]:
        walk, total = Walk(), Sum(query.body["by"])
        while walk.has_more:
            part = decode_summary_part(await self._send(query.start_at(walk.cursor)))
            total.add(part)
            yield total.get_summary()
            walk.advance(part.next_cursor)

    async def _summarize(self, query: Query) -> Summary:
        async for summary in self._summarize_in_parts(query):
            last = summary
        return last

    async def _send(self, query: Query) -> Response:
        attempts = Attempts(self._retry_policy)
        return await self._call(attempts.decide, self._send_once, query, attempts.deadline_s)

    async def _send_once(self, query: Query, deadline_s: float) -> Response:
        content = Content(deadline_s)
        with translated_errors():
            async with self._http.stream("POST", query.path, json=query.body) as response:
                async for piece in response.aiter_bytes():
                    content.add(piece)
        whole = content.create_response(response)
        check_status(whole)
        return whole
