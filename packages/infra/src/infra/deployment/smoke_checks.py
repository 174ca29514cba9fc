"""The checks of the smoke test. They hold for any data."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeAlias

import httpx

from infra.constructs.private_api.routes import (
    LEGACY_PATHS,
    PAGES,
    PATH_PARAMETER,
    READ_PATHS,
    SUMMARIES,
    QueryRoute,
)
from infra.exceptions import CheckFailedError

Body: TypeAlias = Mapping[str, object]

# An id without rows, so that every page is empty.
_NOBODY: Final = "smoke-test-of-nobody"
_STATUSES: Final = {"health": "ok", "health/ready": "ready"}
_DOCS_FILE: Final = "page.css"
_PAGES: Final = 2


class Api:
    """The API at a base URL, which may have a path."""

    def __init__(self, client: httpx.Client, base_url: str) -> None:
        self._client = client
        self.base_url = base_url.rstrip("/")

    def get(self, path: str) -> httpx.Response:
        """Request a path; raises `CheckFailedError` if there is no response."""
        return self._send(self._client.build_request("GET", f"{self.base_url}/{path}"))

    def head(self, path: str) -> httpx.Response:
        """Request the headers of a path; raises like `get`."""
        return self._send(self._client.build_request("HEAD", f"{self.base_url}/{path}"))

    def post(self, path: str, body: Body) -> httpx.Response:
        """Send a query; raises like `get`."""
        return self._send(self._client.build_request("POST", f"{self.base_url}/{path}", json=body))

    def follow(self, response: httpx.Response) -> httpx.Response:
        """Follow a redirect; raises like `get`, and if the response is not a redirect."""
        if response.next_request is None:
            raise CheckFailedError("no redirect")
        return self._send(response.next_request)

    def _send(self, request: httpx.Request) -> httpx.Response:
        try:
            return self._client.send(request)
        except httpx.TransportError as error:
            raise CheckFailedError(f"no response: {type(error).__name__}: {error}") from error


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


def list_checks(user_id: str | None) -> Iterator[Check]:
    """List all checks.

    Args:
        user_id: a user with at least two notifications, to check paging; None to skip that.
    """
    for each in READ_PATHS:
        path = each.format_map({PATH_PARAMETER: _DOCS_FILE})
        yield Check(path, _STATUSES.get(path, "served"), partial(_check_read, path=path))
    for route in PAGES:
        yield Check(route.path, "an empty page", partial(_check_query, route=route))
    for route in SUMMARIES:
        yield Check(route.path, "a count of nothing", partial(_check_summary, route=route))
    yield Check("query/fail", "the latest failures", _check_latest_failures)
    if user_id is not None:
        yield Check(
            "query/user",
            "the cursor leads to the next page",
            partial(_check_pages, user_id=user_id),
        )
    yield Check("query/user", "an invalid cursor is a problem", _check_cursor)
    yield Check("query/user", "an unknown field is a problem", _check_field)
    for path in LEGACY_PATHS:
        yield Check(path, "a redirect to query/fail", partial(_check_legacy, path=path))


def _check_read(api: Api, *, path: str) -> None:
    response = api.get(path)
    if path in _STATUSES:
        _expect(_read(response), {"status": _STATUSES[path]})
    else:
        _expect_status(response, httpx.codes.OK)
    _expect_status(api.head(path), httpx.codes.OK)


def _check_query(api: Api, *, route: QueryRoute) -> None:
    page = _read(api.post(route.path, {route.id_field: _NOBODY}))
    _expect(page, {"success": True, "data": [], "total_count": 0, "next_cursor": None})


def _check_summary(api: Api, *, route: QueryRoute) -> None:
    counts = _read(api.post(route.path, {route.id_field: _NOBODY, "by": ["status", "hour"]}))
    _expect(
        counts,
        {
            "success": True,
            "data": [],
            "counted": 0,
            "first_created_at": None,
            "last_created_at": None,
            "next_cursor": None,
        },
    )


def _check_latest_failures(api: Api) -> None:
    """Query the index of failures, which no query with an id reads."""
    page = _read(api.post("query/fail", {"limit": 1}))
    rows = page.get("data", [])
    _expect(page, {"success": True, "total_count": len(rows)})
    if any(row.get("status") != "FAILED" for row in rows):
        raise CheckFailedError("a row that did not fail")


def _check_pages(api: Api, *, user_id: str) -> None:
    body: dict[str, object] = {"user_id": user_id, "limit": 1}
    rows = []
    for _ in range(_PAGES):
        page = _read(api.post("query/user", body))
        rows += page.get("data", [])
        body["cursor"] = page.get("next_cursor")
    if len({row.get("transaction_id") for row in rows} - {None}) != _PAGES:
        raise CheckFailedError(f"{_PAGES} pages of one row had {len(rows)} rows, or one row twice")
    times = [row.get("created_at", 0) for row in rows]
    if times != sorted(times, reverse=True):
        raise CheckFailedError("the next page is newer")


def _check_cursor(api: Api) -> None:
    response = api.post("query/user", {"user_id": _NOBODY, "cursor": "made-up"})
    _expect_problem(response, "/problems/invalid-cursor")


def _check_field(api: Api) -> None:
    response = api.post("query/user", {"user_id": _NOBODY, "no_such_field": 1})
    _expect_problem(response, "/problems/invalid-request")


def _check_legacy(api: Api, *, path: str) -> None:
    redirect = api.post(path, {"transaction_id": _NOBODY})
    _expect_status(redirect, httpx.codes.PERMANENT_REDIRECT)
    if "deprecation" not in redirect.headers:
        raise CheckFailedError("no header Deprecation")
    response = api.follow(redirect)
    if str(response.url) != f"{api.base_url}/query/fail":
        raise CheckFailedError("it redirects elsewhere")
    _expect(_read(response), {"success": True, "data": []})


def _expect_problem(response: httpx.Response, kind: str) -> None:
    content = _read(response, httpx.codes.BAD_REQUEST)
    if response.headers.get("content-type") != "application/problem+json":
        raise CheckFailedError("not of type application/problem+json")
    _expect(content, {"type": kind, "status": 400})
    if not content.get("request_id"):
        raise CheckFailedError("no request_id")


def _expect_status(response: httpx.Response, status: int) -> None:
    if response.status_code != status:
        raise CheckFailedError(f"status {response.status_code}, not {int(status)}")


def _read(response: httpx.Response, status: int = httpx.codes.OK) -> dict[str, Any]:
    """Read the JSON object of a response; errors show none of its content."""
    _expect_status(response, status)
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
