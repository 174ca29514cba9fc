"""Rows, a read model in memory, and the service over it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from litestar.types import ASGIApp

from notification_models import NotificationRecord, Row, Tombstone, encode_marketing_shard
from notification_models.schema import FAILURE_INDEX, MARKETING_INDEX, TRANSACTION_INDEX
from query_api.asgi import add_middleware, create_routes
from query_api.read_model.notification import encode_notification
from query_api.read_model.port import CountQuery, Counts, Page, ReadModel, RowQuery


class FakeReadModel:
    """Selects from a list; raises `failure` if there is one."""

    def __init__(self, rows: Iterable[Row | Tombstone] = ()) -> None:
        self.records = [row.record for row in rows if isinstance(row, Row)]
        self.queries: list[RowQuery] = []
        self.counts: list[CountQuery] = []
        self.failure: Exception | None = None

    async def get_page(self, query: RowQuery) -> Page:
        self.queries.append(query)
        if self.failure:
            raise self.failure
        found = {record.key.notification_key: record for record in self._select(query)}
        keys = sorted(found, reverse=True)
        limit = query.selection.limit
        rows = tuple(encode_notification(found[key]) for key in keys[:limit])
        return Page(rows, keys[limit - 1] if len(keys) > limit else None)

    async def count(self, query: CountQuery) -> Counts:
        self.counts.append(query)
        if self.failure:
            raise self.failure
        records = self._select(query.rows)
        zone = ZoneInfo(query.time_zone)
        groups = Counter(
            tuple(_get_counted(record, name, zone) for name in query.by) for record in records
        )
        ordered = sorted(
            groups.items(), key=lambda each: (-each[1], [value or "" for value in each[0]])
        )
        times = [record.created_at for record in records]
        return Counts(
            groups=tuple(ordered[:1000]),
            other=sum(count for _, count in ordered[1000:]),
            counted=len(records),
            first_created_at=min(times, default=None),
            last_created_at=max(times, default=None),
            next_position=None,
        )

    def _select(self, query: RowQuery) -> list[NotificationRecord]:
        selection = query.selection
        return [
            record
            for record in self.records
            if any(_find_partition(query, record) in group for group in query.groups)
            and all(getattr(record, name) in values for name, values in selection.filters)
            and (selection.from_key is None or record.key.notification_key >= selection.from_key)
            and (selection.before_key is None or record.key.notification_key < selection.before_key)
        ]


def _get_counted(record: NotificationRecord, name: str, zone: ZoneInfo) -> str | None:
    if name not in {"minute", "hour", "day"}:
        value: str | None = getattr(record, name)
        return value
    time = datetime.fromtimestamp(record.created_at / 1000, zone)
    offset = f"{time:%z}"
    form = {"minute": "%Y-%m-%dT%H:%M", "hour": "%Y-%m-%dT%H:00", "day": "%Y-%m-%d"}[name]
    return time.strftime(form) + (f"{offset[:3]}:{offset[3:]}" if name != "day" else "")


def _find_partition(query: RowQuery, record: NotificationRecord) -> str | None:
    if query.index == TRANSACTION_INDEX:
        return record.transaction_id
    if query.index == FAILURE_INDEX:
        return record.failure_shard
    if query.index == MARKETING_INDEX:
        marketing_id = record.marketing_id
        return marketing_id and encode_marketing_shard(marketing_id, record.transaction_id)
    return record.user_id


@pytest.fixture(scope="session")
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
