"""Counts and times requests over an interval, then reports them as embedded metrics."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from time import time
from typing import Any, Final, TypeAlias

from notification_models.embedded_metrics import METRIC_NAMESPACE, Metric, encode_embedded
from query_api.observability.histogram import Histogram
from query_api.observability.observation import Observation

SERVICE: Final = "query-api"

SHED: Final = "overloaded"
"""Outcome of requests refused because too many were in flight."""

Emit: TypeAlias = Callable[[dict[str, Any]], object]
"""Writes one document of embedded metrics."""


@dataclass(slots=True)
class _Series:
    """The requests of one route and outcome."""

    latency: Histogram = field(default_factory=Histogram)
    reads: int = 0
    unreadable_rows: int = 0


class RequestMetrics:
    """Counts requests as an `Observer`, and reports them."""

    def __init__(self, emit: Emit, *, namespace: str = METRIC_NAMESPACE) -> None:
        self._emit = emit
        self._namespace = namespace
        self._series: dict[tuple[str, str], _Series] = {}
        self._most_in_flight = 0
        self._shed = 0

    def record(self, observation: Observation) -> None:
        """Count one request."""
        key = (observation.route, observation.outcome)
        series = self._series.get(key)
        if series is None:
            series = self._series[key] = _Series()
        series.latency.add(observation.duration_ms)
        series.reads += observation.reads
        series.unreadable_rows += observation.unreadable_rows
        self._most_in_flight = max(self._most_in_flight, observation.in_flight)
        self._shed += observation.outcome == SHED

    def report(self) -> None:
        """Emit the counts and reset them."""
        encode = partial(
            encode_embedded,
            namespace=self._namespace,
            service=SERVICE,
            now_ms=int(time() * 1000),
        )
        series, self._series = self._series, {}
        for (route, outcome), each in series.items():
            dimensions = {"route": route, "outcome": outcome}
            self._emit(encode(_encode(each), dimensions=dimensions))
        whole = (Metric("InFlightMax", self._most_in_flight), Metric("Shed", self._shed))
        self._most_in_flight = self._shed = 0
        self._emit(encode(whole))

    @asynccontextmanager
    async def reporting(self, interval_s: float) -> AsyncIterator[None]:
        """Report at every interval and at the end of the context."""
        reports = asyncio.create_task(self._report_forever(interval_s))
        try:
            yield
        finally:
            reports.cancel()
            self.report()

    async def _report_forever(self, interval_s: float) -> None:
        while True:
            await asyncio.sleep(interval_s)
            self.report()


def _encode(series: _Series) -> tuple[Metric, ...]:
    latency = series.latency.encode()
    return (
        Metric("Requests", latency["Count"]),
        Metric("Latency", latency, "Milliseconds"),
        Metric("DynamoDBReads", series.reads),
        Metric("UnreadableRows", series.unreadable_rows),
    )
