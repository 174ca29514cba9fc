"""Measures summaries on a quarter of a core, and the queries beside them."""

import http.client
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Event
from time import perf_counter
from typing import Any, Final

from benchmarks.api.load.senders import send_at_a_rate
from benchmarks.api.load.workload import ROWS, make_requests, respond_to_query
from benchmarks.api.measurements import Counting
from benchmarks.api.quarter_core import hold_to_quarter_core
from benchmarks.api.service_process import run_service
from benchmarks.api.services import OURS
from benchmarks.canned_dynamodb import run_canned_dynamodb
from benchmarks.memory import get_peak_rss_mb
from testing.large_campaign import BY, CAMPAIGN, find_page

COUNTS_AT_ONCE: Final = 2

_DELAY_MS: Final = 5
_RATE_PER_S: Final = 100
_OK: Final = 200
_TO_REPEAT: Final = frozenset({503, 504})
_MAX_REPEATED: Final = 5


def measure_counting(rows: int, queries_s: int) -> Counting:
    """Count a campaign to its end; then send queries while it is counted again and again.

    Args:
        rows: of the campaign.
        queries_s: seconds of queries.
    """
    dynamodb = run_canned_dynamodb({"query": partial(_respond, rows=rows)}, _DELAY_MS)
    with dynamodb as served, run_service(OURS, served.url) as running:
        _Campaign(running.port, rows).count_next()
        campaign = _Campaign(running.port, rows)
        with hold_to_quarter_core(running.pid) as how:
            cpu_s, started_s = running.get_cpu_s(), perf_counter()
            while not campaign.is_counted:
                campaign.count_next()
                if campaign.repeated > _MAX_REPEATED:
                    raise AssertionError("too many summaries missed their deadline")
            wall_s, cpu_s = perf_counter() - started_s, running.get_cpu_s() - cpu_s
            queries = list(make_requests(queries_s * _RATE_PER_S))
            with _counting_on(running.port, rows):
                load = send_at_a_rate(running.port, queries, ROWS, per_s=_RATE_PER_S)
        peak_rss_mb = get_peak_rss_mb(running.pid)
    return Counting(
        how=how,
        rows=rows,
        wall_s=wall_s,
        cpu_us_per_row=cpu_s / rows * 1e6,
        answers=len(campaign.latencies_s),
        longest_answer_ms=max(campaign.latencies_s) * 1000,
        queries_p99_ms=load.get_percentile_ms(99),
        queries_failed=load.errors,
        peak_rss_mb=peak_rss_mb,
    )


def _respond(request: bytes, *, rows: int) -> bytes:
    return find_page(request, rows) or respond_to_query(request)


class _Campaign:
    """Counts a campaign, one answer after another, and checks that each row is counted once."""

    def __init__(self, port: int, rows: int) -> None:
        self.latencies_s: list[float] = []
        self.is_counted = False
        self.repeated = 0
        self._rows = rows
        self._counted = 0
        self._body: dict[str, Any] = {"marketing_id": CAMPAIGN, "by": BY}
        self._connection = http.client.HTTPConnection("127.0.0.1", port)

    def count_next(self) -> None:
        started_s = perf_counter()
        headers = {"content-type": "application/json"}
        self._connection.request(
            "POST", "/query/marketing/summary", json.dumps(self._body), headers
        )
        response = self._connection.getresponse()
        answer = json.load(response)
        self.latencies_s.append(perf_counter() - started_s)
        if response.status in _TO_REPEAT:
            self.repeated += 1  # on a busy machine an answer may miss its deadline
            return
        if response.status != _OK:
            raise AssertionError(f"a summary ended with {answer['type']}")
        self._counted += answer["counted"]
        self._body["cursor"] = answer["next_cursor"]
        self.is_counted = answer["next_cursor"] is None
        if self.is_counted and self._counted != self._rows:
            raise AssertionError(f"{self._counted} rows counted, {self._rows} written")


@contextmanager
def _counting_on(port: int, rows: int) -> Iterator[None]:
    """Count in threads until the end of the with block."""
    ended = Event()

    def count_on() -> None:
        campaign = _Campaign(port, rows)
        while not ended.is_set():
            if campaign.is_counted:
                campaign = _Campaign(port, rows)
            campaign.count_next()

    with ThreadPoolExecutor(COUNTS_AT_ONCE) as executor:
        counting = [executor.submit(count_on) for _ in range(COUNTS_AT_ONCE)]
        try:
            yield
        finally:
            ended.set()
    for each in counting:
        each.result()
