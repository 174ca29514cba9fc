"""What a deployment that works answers, whatever data it has."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeAlias

import httpx

from infra.exceptions import CheckFailedError

Body: TypeAlias = Mapping[str, object]

# Of nobody, so that every answer is empty.
_NOBODY: Final = "smoke-test-of-nobody"
_QUERIES: Final = (
    ("query/user", "user_id"),
    ("query/marketing", "marketing_id"),
    ("query/fail", "transaction_id"),
    ("query/transaction", "transaction_id"),
)
_LEGACY_PATHS: Final = ("query/failure", "query/failed")
_PAGES: Final = 2


class Api:
    """The API at one base URL, which need not be the root of its host."""

    def __init__(self, client: httpx.Client, base_url: str) -> None:
        self._client = client
        self.base_url = base_url.rstrip("/")

    def get(self, path: str) -> httpx.Response:
        """Ask for a path; raises `CheckFailedError` if nothing answers."""
        return self._send(self._client.build_request("GET", f"{self.base_url}/{path}"))

    def post(self, path: str, body: Body) -> httpx.Response:
        """Ask a query; raises as `get`."""
        return self._send(self._client.build_request("POST", f"{self.base_url}/{path}", json=body))

    def follow(self, response: httpx.Response) -> httpx.Response:
        """Go where a redirect leads; raises as `get`, and if it leads nowhere."""
        if response.next_request is None:
            raise CheckFailedError("it leads nowhere")
        return self._send(response.next_request)

    def _send(self, request: httpx.Request) -> httpx.Response:
        try:
            return self._client.send(request)
        except httpx.TransportError as error:
            raise CheckFailedError(f"no answer: {type(error).__name__}: {error}") from error


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to try.

    Attributes:
        path: what is asked.
        expectation: what should come of it, in a few words.
        run: raises `CheckFailedError` if something else does.
    """

    path: str
    expectation: str
    run: Callable[[Api], None]


def list_checks(user_id: str | None) -> Iterator[Check]:
    """List all checks.

    Args:
        user_id: somebody with two notifications or more, to turn pages; None to leave that out.
    """
    yield Check("health", "the process lives", _check_health)
    yield Check("health/ready", "it reaches what it asks", _check_ready)
    for path, field in _QUERIES:
        yield Check(path, "an answer, empty", partial(_check_query, path=path, field=field))
    if user_id is not None:
        yield Check(
            "query/user", "a cursor leads to the next page", partial(_check_pages, user_id=user_id)
        )
    yield Check("query/user", "a made-up cursor is a problem", _check_cursor)
    yield Check("query/user", "a field too many is a problem", _check_field)
    for path in _LEGACY_PATHS:
        yield Check(path, "a redirect to query/fail", partial(_check_legacy, path=path))


def _check_health(api: Api) -> None:
    _expect(_read(api.get("health")), {"status": "ok"})


def _check_ready(api: Api) -> None:
    _expect(_read(api.get("health/ready")), {"status": "ready"})


def _check_query(api: Api, *, path: str, field: str) -> None:
    answer = _read(api.post(path, {field: _NOBODY}))
    _expect(answer, {"success": True, "data": [], "total_count": 0, "next_cursor": None})


def _check_pages(api: Api, *, user_id: str) -> None:
    body: dict[str, object] = {"user_id": user_id, "limit": 1}
    rows = []
    for _ in range(_PAGES):
        answer = _read(api.post("query/user", body))
        rows += answer.get("data", [])
        body["cursor"] = answer.get("next_cursor")
    if len({row.get("transaction_id") for row in rows} - {None}) != _PAGES:
        raise CheckFailedError(f"{len(rows)} rows on {_PAGES} pages of one row, or the same twice")
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
    if redirect.status_code != httpx.codes.PERMANENT_REDIRECT:
        raise CheckFailedError(f"status {redirect.status_code}, not 308")
    if "deprecation" not in redirect.headers:
        raise CheckFailedError("no header Deprecation")
    answer = api.follow(redirect)
    if str(answer.url) != f"{api.base_url}/query/fail":
        raise CheckFailedError("it leads elsewhere")
    _expect(_read(answer), {"success": True, "data": []})


def _expect_problem(response: httpx.Response, kind: str) -> None:
    content = _read(response, httpx.codes.BAD_REQUEST)
    if response.headers.get("content-type") != "application/problem+json":
        raise CheckFailedError("not of type application/problem+json")
    _expect(content, {"type": kind, "status": 400})
    if not content.get("request_id"):
        raise CheckFailedError("no request_id")


def _read(response: httpx.Response, status: int = httpx.codes.OK) -> dict[str, Any]:
    """Read the JSON object of an answer, without showing any of it."""
    if response.status_code != status:
        raise CheckFailedError(f"status {response.status_code}, not {int(status)}")
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
