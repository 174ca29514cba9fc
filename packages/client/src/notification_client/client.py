"""The synchronous client."""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Self, Unpack

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


class Notifications:
    """The notifications of a query, newest first, requested while they are iterated over."""

    def __init__(self, send: Callable[[Query], Response], query: Query) -> None:
        self._send = send
        self._query = query

    def __iter__(self) -> Iterator[Notification]:
        for page in self.pages():
            yield from page.notifications

    def pages(self, cursor: str | None = None, page_size: int = 100) -> Iterator[Page]:
        """Yield pages.

        Args:
            cursor: `next_cursor` of the page to go on from; None begins at the newest notification.
            page_size: most notifications of a page, 1 to 100.
        """
        query, walk = self._query.with_page_size(page_size), Walk(cursor)
        while walk.has_more:
            page = decode_page(self._send(query.start_at(walk.cursor)))
            yield page
            walk.advance(page.next_cursor)


class NotificationClient(Api[Notifications, Summary, Iterator[Summary]]):
    """A client of the Query Service, for any number of threads.

    Keeps its connections until `close`, or the end of a `with` block.

    Args:
        url: of the API, with its path prefix if it has one: `https://example.com/v1`.
        retry_policy: of each request.
        transport: sends requests instead of httpx's own.
        options: of httpx.
    """

    def __init__(
        self,
        url: str,
        *,
        retry_policy: RetryPolicy = DEFAULT_RETRY_POLICY,
        transport: httpx.BaseTransport | None = None,
        **options: Unpack[HttpOptions],
    ) -> None:
        self._retry_policy = retry_policy
        self._call = stamina.RetryingCaller(**retry_policy.get_limits())
        self._http = httpx.Client(transport=transport, **complete_options(url, options))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _find(self, query: Query) -> Notifications:
        return Notifications(self._send, query)

    def _summarize_in_parts(self, query: Query) -> Iterator[Summary]:
        walk, total = Walk(), Sum(query.body["by"])
        while walk.has_more:
            part = decode_summary_part(self._send(query.start_at(walk.cursor)))
            total.add(part)
            yield total.get_summary()
            walk.advance(part.next_cursor)

    def _summarize(self, query: Query) -> Summary:
        return deque(self._summarize_in_parts(query), maxlen=1).pop()

    def _send(self, query: Query) -> Response:
        attempts = Attempts(self._retry_policy)
        return self._call(attempts.decide, self._send_once, query, attempts.deadline_s)

    def _send_once(self, query: Query, deadline_s: float) -> Response:
        content = Content(deadline_s)
        with (
            translated_errors(),
            self._http.stream("POST", query.path, json=query.body) as response,
        ):
            for piece in response.iter_bytes():
                content.add(piece)
        whole = content.create_response(response)
        check_status(whole)
        return whole
