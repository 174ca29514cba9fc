"""Both clients, over a service in memory."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from notification_client import AsyncNotificationClient, InvalidResponseError, NotificationClient

from ..support.fake_service import FakeService, page, part, problem, row

URL = "https://api.example.com/v1/"


class Sync:
    """The synchronous client, as the tests use both."""

    def __init__(self, service, **options):
        self._client = NotificationClient(URL, transport=service.transport(), **options)

    def find(self, method, *arguments, **filters):
        with self._client as client:
            return list(getattr(client, method)(*arguments, **filters))

    def find_pages(self, method, *arguments, start=None, **filters):
        with self._client as client:
            return list(getattr(client, method)(*arguments, **filters).pages(start))

    def summarize(self, method, *arguments, **options):
        with self._client as client:
            return getattr(client, method)(*arguments, **options)

    def summarize_in_parts(self, method, *arguments, **options):
        with self._client as client:
            return list(getattr(client, f"{method}_in_parts")(*arguments, **options))


class Async:
    """The asynchronous client, as the tests use both."""

    def __init__(self, service, **options):
        self._service = service
        self._options = options

    @asynccontextmanager
    async def _open(self):
        transport = self._service.transport()
        async with AsyncNotificationClient(URL, transport=transport, **self._options) as client:
            yield client

    def find(self, method, *arguments, **filters):
        async def run():
            async with self._open() as client:
                return [each async for each in getattr(client, method)(*arguments, **filters)]

        return asyncio.run(run())

    def find_pages(self, method, *arguments, start=None, **filters):
        async def run():
            async with self._open() as client:
                found = getattr(client, method)(*arguments, **filters)
                return [each async for each in found.pages(start)]

        return asyncio.run(run())

    def summarize(self, method, *arguments, **options):
        async def run():
            async with self._open() as client:
                return await getattr(client, method)(*arguments, **options)

        return asyncio.run(run())

    def summarize_in_parts(self, method, *arguments, **options):
        async def run():
            async with self._open() as client:
                parts = getattr(client, f"{method}_in_parts")(*arguments, **options)
                return [each async for each in parts]

        return asyncio.run(run())


@pytest.fixture(params=[Sync, Async])
def open_client(request):
    return request.param


@pytest.mark.parametrize(
    ("method", "arguments", "path", "key"),
    [
        ("user", ["u_1"], "/v1/query/user", {"user_id": "u_1"}),
        ("campaign", ["c_1"], "/v1/query/marketing", {"marketing_id": "c_1"}),
        ("transaction", ["tx_1"], "/v1/query/transaction", {"transaction_id": "tx_1"}),
        ("failures", ["tx_1"], "/v1/query/fail", {"transaction_id": "tx_1"}),
        ("failures", [], "/v1/query/fail", {}),
    ],
)
def test_each_query_goes_to_its_endpoint(open_client, method, arguments, path, key):
    service = FakeService(page(row()))

    (found,) = open_client(service).find(method, *arguments, platform="IOS")

    assert found.transaction_id == "tx_1"
    assert service.requests == [(path, {**key, "platform": "IOS", "limit": 100})]


def test_the_pages_are_walked_through_even_those_without_rows(open_client):
    service = FakeService(
        page(row(3), next_cursor="a"), page(next_cursor="b"), page(row(1), row(0))
    )

    found = open_client(service).find("campaign", "c_1")

    assert [each.transaction_id for each in found] == ["tx_3", "tx_1", "tx_0"]
    assert [body.get("cursor") for body in service.bodies] == [None, "a", "b"]


def test_a_walk_can_begin_at_a_cursor(open_client):
    service = FakeService(page(row(2), next_cursor="b", message="1 notification"), page(row(1)))

    first, second = open_client(service).find_pages("user", "u_1", start="a")

    assert (first.message, first.next_cursor, second.next_cursor) == ("1 notification", "b", None)
    assert [body["cursor"] for body in service.bodies] == ["a", "b"]


def test_cursors_that_lead_in_a_circle_end_the_walk(open_client):
    pages = [page(next_cursor=cursor) for cursor in "abcbcbcbcbcbcb"]

    with pytest.raises(InvalidResponseError, match="does not advance"):
        open_client(FakeService(*pages)).find("user", "u_1")


@pytest.mark.parametrize(
    ("method", "arguments", "path", "key"),
    [
        ("summarize_user", ["u_1"], "/v1/query/user/summary", {"user_id": "u_1"}),
        ("summarize_campaign", ["c_1"], "/v1/query/marketing/summary", {"marketing_id": "c_1"}),
        ("summarize_failures", ["tx_1"], "/v1/query/fail/summary", {"transaction_id": "tx_1"}),
        ("summarize_failures", [], "/v1/query/fail/summary", {}),
    ],
)
def test_a_summary_is_the_sum_of_its_parts(open_client, method, arguments, path, key):
    service = FakeService(
        part({"status": "SENT", "count": 2}, next_cursor="a"),
        part({"status": "SENT", "count": 3}, {"status": None, "count": 9}),
    )

    summary = open_client(service).summarize(
        method, *arguments, by=["status"], time_zone="Asia/Taipei", ap_id=("a", "b")
    )

    assert [(group.status, group.count) for group in summary.groups] == [(None, 9), ("SENT", 5)]
    assert (summary.counted, summary.is_complete) == (14, True)
    body = {**key, "by": ["status"], "time_zone": "Asia/Taipei", "ap_id": ["a", "b"]}
    assert service.requests == [(path, body), (path, {**body, "cursor": "a"})]


@pytest.mark.parametrize("method", ["summarize_user", "summarize_campaign", "summarize_failures"])
def test_the_parts_of_a_summary_grow(open_client, method):
    service = FakeService(part({"count": 2}, next_cursor="a"), part({"count": 3}))

    growing = open_client(service).summarize_in_parts(method, "id")

    assert [(each.counted, each.is_complete) for each in growing] == [(2, False), (5, True)]


def test_no_log_line_holds_an_id(open_client, caplog):
    caplog.set_level(0)
    service = FakeService(problem(503, "overloaded"), page(row(user_id="u_secret")))

    found = open_client(service).find("user", "u_secret", ap_id="app-secret")

    assert len(found) == 1
    assert {"stamina", "httpx"} <= {record.name for record in caplog.records}
    assert "secret" not in "".join(str(vars(record)) for record in caplog.records)
