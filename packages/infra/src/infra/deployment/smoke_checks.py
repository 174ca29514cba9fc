"""The checks of the smoke test. They hold for any data."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, Final

import httpx

from infra.constructs.private_api.routes import (
    CONSOLE,
    LEGACY_PATHS,
    PAGES,
    READ_PATHS,
    SUMMARIES,
)
from infra.deployment.smoke_api import Api, expect_status
from infra.deployment.smoke_console import check_console
from infra.exceptions import CheckFailedError
from notification_client import (
    Attribute,
    InvalidCursorError,
    NotificationClient,
    Notifications,
    Summary,
)

# An id without rows, so that every page is empty.
_NOBODY: Final = "smoke-test-of-nobody"
_STATUSES: Final = {"health": "ok", "health/ready": "ready"}
_PAGE_PATHS: Final = ("docs", "docs/page.css", CONSOLE)
_PAGES: Final = 2
_BY: Final[tuple[Attribute, ...]] = ("status", "hour")

_QUERIES: Final[Mapping[str, Callable[[NotificationClient], Notifications]]] = {
    "query/user": lambda client: client.user(_NOBODY),
    "query/marketing": lambda client: client.campaign(_NOBODY),
    "query/fail": lambda client: client.failures(_NOBODY),
    "query/transaction": lambda client: client.transaction(_NOBODY),
}
_COUNTS: Final[Mapping[str, Callable[[NotificationClient], Summary]]] = {
    "query/user/summary": lambda client: client.summarize_user(_NOBODY, by=_BY),
    "query/marketing/summary": lambda client: client.summarize_campaign(_NOBODY, by=_BY),
    "query/fail/summary": lambda client: client.summarize_failures(_NOBODY, by=_BY),
}


@dataclass(frozen=True, slots=True)
class Check:
    """A check of one path.

    Attributes:
        path: the requested path.
        expectation: the expected result, in a few words.
        run: raises `CheckFailedError` for another result.
    """

    path: str
    expectation: str
    run: Callable[[Api], None]


def list_checks(user_id: str | None, *, is_signed: bool) -> Iterator[Check]:
    """List all checks.

    Args:
        user_id: a user with at least two notifications, to check paging; None to skip that.
        is_signed: whether the API has IAM authorization; it then serves no pages for browsers.
    """
    for path in READ_PATHS if is_signed else (*READ_PATHS, *_PAGE_PATHS):
        yield Check(path, _STATUSES.get(path, "served"), partial(_check_read, path=path))
    if is_signed:
        yield Check("health", "refused without a signature", _check_unsigned)
    else:
        yield Check(CONSOLE, "its parts arrive unchanged, to be kept", check_console)
    yield from _list_queries(user_id)
    for path in LEGACY_PATHS:
        yield Check(path, "a redirect to query/fail", partial(_check_legacy, path=path))


def _list_queries(user_id: str | None) -> Iterator[Check]:
    for route in PAGES:
        query = _QUERIES[route.path]
        yield Check(route.path, "an empty page", partial(_check_query, query=query))
    for route in SUMMARIES:
        count = _COUNTS[route.path]
        yield Check(route.path, "a count of nothing", partial(_check_summary, count=count))
    yield Check("query/fail", "the latest failures", _check_latest_failures)
    if user_id is not None:
        yield Check(
            "query/user",
            "the cursor leads to the next page",
            partial(_check_pages, user_id=user_id),
        )
    yield Check("query/user", "an invalid cursor is a problem", _check_cursor)
    yield Check("query/user", "an unknown field is a problem", _check_field)


def _check_read(api: Api, *, path: str) -> None:
    response = api.get(path)
    if path in _STATUSES:
        _expect(_read(response), {"status": _STATUSES[path]})
    else:
        expect_status(response)
    expect_status(api.head(path))


def _check_unsigned(api: Api) -> None:
    response = api.get_unsigned("health")
    content = _read(response, httpx.codes.FORBIDDEN)
    _expect(content, {"type": "/problems/forbidden"})


def _check_query(api: Api, *, query: Callable[[NotificationClient], Notifications]) -> None:
    pages = list(query(api.client).pages())
    if len(pages) != 1 or pages[0].notifications:
        raise CheckFailedError("more than one empty page")


def _check_summary(api: Api, *, count: Callable[[NotificationClient], Summary]) -> None:
    summary = count(api.client)
    if summary.counted or summary.groups:
        raise CheckFailedError("something was counted")


def _check_latest_failures(api: Api) -> None:
    """Query the index of failures, which no query with an id reads."""
    page = next(api.client.failures().pages(page_size=1))
    if any(each.status != "FAILED" for each in page.notifications):
        raise CheckFailedError("a notification that did not fail")


def _check_pages(api: Api, *, user_id: str) -> None:
    pages = islice(api.client.user(user_id).pages(page_size=1), _PAGES)
    found = [each for page in pages for each in page.notifications]
    if len({each.transaction_id for each in found}) != _PAGES:
        raise CheckFailedError(f"{_PAGES} pages of one row had {len(found)} rows, or one row twice")
    times = [each.created_at for each in found]
    if times != sorted(times, reverse=True):
        raise CheckFailedError("the next page is newer")


def _check_cursor(api: Api) -> None:
    try:
        list(api.client.user(_NOBODY).pages("made-up"))
    except InvalidCursorError as error:
        if not error.request_id:
            raise CheckFailedError("no request_id") from error
    else:
        raise CheckFailedError("it was accepted")


def _check_field(api: Api) -> None:
    response = api.post("query/user", {"user_id": _NOBODY, "no_such_field": 1})
    content = _read(response, httpx.codes.BAD_REQUEST)
    if response.headers.get("content-type") != "application/problem+json":
        raise CheckFailedError("not of type application/problem+json")
    _expect(content, {"type": "/problems/invalid-request", "status": 400})
    if not content.get("request_id"):
        raise CheckFailedError("no request_id")


def _check_legacy(api: Api, *, path: str) -> None:
    redirect = api.post(path, {"transaction_id": _NOBODY})
    expect_status(redirect, httpx.codes.PERMANENT_REDIRECT)
    if "deprecation" not in redirect.headers:
        raise CheckFailedError("no header Deprecation")
    response = api.follow(redirect)
    if str(response.url) != f"{api.base_url}/query/fail":
        raise CheckFailedError("it redirects elsewhere")
    # Beyond what our client reads, as the clients of the replaced service need it.
    page = {"success": True, "data": [], "total_count": 0, "next_cursor": None}
    _expect(_read(response), page)


def _read(response: httpx.Response, status: int = httpx.codes.OK) -> dict[str, Any]:
    """Read the JSON object of a response; errors show none of its content."""
    expect_status(response, status)
    try:
        content = response.json()
    except ValueError as error:
        raise CheckFailedError("not JSON") from error
    if not isinstance(content, dict):
        raise CheckFailedError("not a JSON object")
    return content


def _expect(content: Mapping[str, object], expected: Mapping[str, object]) -> None:
    different = [name for name, value in expected.items() if content.get(name) != value]
    if different:
        raise CheckFailedError(f"{', '.join(different)} not as expected")
