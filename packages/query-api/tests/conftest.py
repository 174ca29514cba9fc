"""Rows, a read model in memory, and the service over it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from litestar.types import ASGIApp

from notification_models import NotificationRecord, Row, Tombstone, encode_marketing_shard
from notification_models.schema import FAILURE_INDEX, MARKETING_INDEX, TRANSACTION_INDEX
from query_api.asgi import add_middleware, create_routes
from query_api.read_model.notification import encode_notification
from query_api.read_model.port import Page, ReadModel, RowQuery


class FakeReadModel:
    """Selects from a list; raises `failure` if there is one."""

    def __init__(self, rows: Iterable[Row | Tombstone] = ()) -> None:
        self.records = [row.record for row in rows if isinstance(row, Row)]
        self.queries: list[RowQuery] = []
        self.failure: Exception | None = None

    async def get_page(self, query: RowQuery) -> Page:
        self.queries.append(query)
        if self.failure:
            raise self.failure
        selection = query.selection
        found = {
            record.key.notification_key: record
            for record in self.records
            if any(_find_partition(query, record) in group for group in query.groups)
            and all(getattr(record, name) in values for name, values in selection.filters)
        }
        keys = sorted(
            (
                key
                for key in found
                if (selection.from_key is None or key >= selection.from_key)
                and (selection.before_key is None or key < selection.before_key)
            ),
            reverse=True,
        )
        rows = tuple(encode_notification(found[key]) for key in keys[: selection.limit])
        has_more = len(keys) > selection.limit
        return Page(rows, keys[selection.limit - 1] if has_more else None)


def _find_partition(query: RowQuery, record: NotificationRecord) -> str | None:
    if query.index == TRANSACTION_INDEX:
        return record.transaction_id
    if query.index == FAILURE_INDEX:
        return record.failure_shard
    if query.index == MARKETING_INDEX:
        marketing_id = record.marketing_id
        return marketing_id and encode_marketing_shard(marketing_id, record.transaction_id)
    return record.user_id


@pytest.fixture
def make_fake_read_model() -> type[FakeReadModel]:
    return FakeReadModel


def _make_row(**changes: Any) -> Row:
    record: dict[str, Any] = {
        "user_id": "test_user_001",
        "transaction_id": "tx_001",
        "created_at": 1_704_067_200_000,
        "notification_title": "新年快樂 🎉",
        "status": "SENT",
        "platform": "IOS",
        "marketing_id": "campaign_2024_new_year",
        "ap_id": "mobile-app-001",
    }
    return Row(record=NotificationRecord(**record | changes), version="2024#1")


@pytest.fixture(scope="session")
def make_row() -> Callable[..., Row]:
    return _make_row


@pytest.fixture
def read_model() -> FakeReadModel:
    return FakeReadModel()


@dataclass
class FakeClock:
    """Seconds since the epoch."""

    now_s: float = 1_704_067_260.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> FakeClock:
    """A minute after the record of `make_row`."""
    return FakeClock()


@pytest.fixture
def routes(read_model: ReadModel, clock: FakeClock) -> Litestar:
    return create_routes(read_model, clock=clock)


@pytest.fixture
def service(routes: Litestar) -> ASGIApp:
    return add_middleware(routes, max_in_flight=128)


@pytest.fixture
def client(service: ASGIApp) -> "Iterator[TestClient[ASGIApp]]":
    with TestClient(service, raise_server_exceptions=False) as test_client:
        yield test_client
