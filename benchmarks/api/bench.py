"""Measures CPU per request, rates, latencies and memory."""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from typing import Final

from benchmarks import cores
from benchmarks.api.counting import measure_counting
from benchmarks.api.load.senders import Load, send_at_a_rate, send_without_pause
from benchmarks.api.load.stalled_clients import CLIENTS, respond_with_long_rows, run_stalled_clients
from benchmarks.api.load.workload import make_requests, make_requests_for, respond_to_query
from benchmarks.api.measurements import Measured, Memory, QuarterCore, StalledClients
from benchmarks.api.quarter_core import hold_to_quarter_core
from benchmarks.api.service_process import RunningService, run_service
from benchmarks.api.services import OURS, SERVICES
from benchmarks.api.summary import make_report
from benchmarks.canned_dynamodb import CannedDynamoDB, run_canned_dynamodb
from benchmarks.comparison import Comparison, Side, take_turns
from benchmarks.memory import get_peak_rss_mb, get_rss_mb
from benchmarks.report import Report

_DELAYS_MS: Final = (0, 5)
_RATE_PER_S: Final = 100
_WARM_UP_REQUESTS: Final = 500
_MAX_ERROR_RATIO: Final = 0.01


@dataclass(frozen=True, slots=True)
class _Effort:
    """The amount of work."""

    rounds: int
    round_s: float
    memory_requests: int
    quarter_core_s: int
    stalled_s: int
    counted_rows: int
    counting_s: int


_FULL: Final = _Effort(
    rounds=7,
    round_s=2,
    memory_requests=100_000,
    quarter_core_s=60,
    stalled_s=30,
    counted_rows=1_000_000,
    counting_s=30,
)
_QUICK: Final = _Effort(
    rounds=3,
    round_s=0.7,
    memory_requests=10_000,
    quarter_core_s=10,
    stalled_s=5,
    counted_rows=200_000,
    counting_s=5,
)


def run(*, is_quick: bool) -> Report:
    """Run the benchmark; progress goes to standard error."""
    effort = _QUICK if is_quick else _FULL
    cores.stay_on(cores.SERVING)
    comparisons = {delay_ms: _compare_services(delay_ms, effort) for delay_ms in _DELAYS_MS}
    memory = _measure_memory(effort.memory_requests)
    quarter_core = _measure_quarter_core(effort.quarter_core_s)
    stalled = _measure_stalled_clients(effort.stalled_s)
    _announce(f"counting {effort.counted_rows:,} rows, then for {effort.counting_s} s")
    counting = measure_counting(effort.counted_rows, effort.counting_s)
    return make_report(comparisons, memory, quarter_core, stalled, counting)


def _compare_services(delay_ms: float, effort: _Effort) -> Comparison[Measured]:
    _announce(f"comparing {len(SERVICES)} services, DynamoDB delay {delay_ms} ms")
    with ExitStack() as running:
        dynamodb = running.enter_context(_run_dynamodb(delay_ms))
        sides = {
            service.name: _make_side(
                running.enter_context(run_service(service, dynamodb.url)), dynamodb, effort.round_s
            )
            for service in SERVICES
        }
        return take_turns(sides, effort.rounds)


def _make_side(running: RunningService, dynamodb: CannedDynamoDB, round_s: float) -> Side[Measured]:
    def measure() -> Measured:
        cpu_s = running.get_cpu_s()
        load = _send(running, dynamodb, make_requests_for(round_s))
        cpu_s = running.get_cpu_s() - cpu_s
        responses = len(load.latencies_s)
        return Measured(
            cpu_ms_per_request=cpu_s / responses * 1000,
            requests_per_s=responses / load.wall_s,
            p50_ms=load.get_percentile_ms(50),
            p99_ms=load.get_percentile_ms(99),
            errors=load.errors,
            rss_mb=get_rss_mb(running.pid),
        )

    return measure


def _send(running: RunningService, dynamodb: CannedDynamoDB, requests: Iterator[bytes]) -> Load:
    """Send without a pause, and check that nearly all responses are right and read from DynamoDB.

    Nearly: on a busy machine some may miss the query API's deadline.
    """
    load = send_without_pause(running.port, requests, running.service.rows)
    responses = len(load.latencies_s)
    if load.errors > responses * _MAX_ERROR_RATIO:
        raise AssertionError(f"{running.service.name}: {load.errors} errors, {responses} responses")
    reads, due = dynamodb.take_counts()["query"], responses * running.service.reads
    # An additional read is a retry, and its cost counts.
    if reads < due:
        raise AssertionError(f"{running.service.name}: {reads} reads, {due} needed")
    return load


def _measure_memory(requests: int) -> Memory:
    _announce(f"measuring memory over {requests} requests")
    with _run_dynamodb(0) as dynamodb, run_service(OURS, dynamodb.url) as running:
        _send(running, dynamodb, make_requests(requests // 2))
        rss_halfway_mb = get_rss_mb(running.pid)
        _send(running, dynamodb, make_requests(requests - requests // 2))
        return Memory(requests, get_rss_mb(running.pid), rss_halfway_mb)


def _measure_quarter_core(duration_s: int) -> QuarterCore:
    _announce(f"measuring a service on a quarter of a core for {duration_s} s")
    requests = duration_s * _RATE_PER_S
    with _run_dynamodb(5) as dynamodb, run_service(OURS, dynamodb.url) as running:
        _send(running, dynamodb, make_requests(_WARM_UP_REQUESTS))
        with hold_to_quarter_core(running.pid) as how:
            cpu_s = running.get_cpu_s()
            load = send_at_a_rate(
                running.port,
                list(make_requests(requests)),
                OURS.rows,
                per_s=_RATE_PER_S,
            )
            cpu_s = running.get_cpu_s() - cpu_s
    return QuarterCore(
        how=how,
        requests=requests,
        requests_per_s=_RATE_PER_S,
        cpu_ms_per_request=cpu_s / requests * 1000,
        p50_ms=load.get_percentile_ms(50),
        p99_ms=load.get_percentile_ms(99),
        errors=load.errors,
    )


def _measure_stalled_clients(duration_s: int) -> StalledClients:
    """Measure what other callers get, and the service's memory, while clients do not read."""
    _announce(f"measuring a service whose {CLIENTS} clients do not read for {duration_s} s")
    with (
        run_canned_dynamodb({"query": respond_with_long_rows}, 5) as dynamodb,
        run_service(OURS, dynamodb.url) as running,
    ):
        _send(running, dynamodb, make_requests(_WARM_UP_REQUESTS))
        requests = list(make_requests(duration_s * _RATE_PER_S))
        with run_stalled_clients(running.port):
            load = send_at_a_rate(running.port, requests, OURS.rows, per_s=_RATE_PER_S)
            peak_rss_mb = get_peak_rss_mb(running.pid)
    return StalledClients(
        clients=CLIENTS,
        failed_percent=load.errors / len(requests) * 100,
        p99_ms=load.get_percentile_ms(99) if load.latencies_s else None,
        peak_rss_mb=peak_rss_mb,
    )


def _run_dynamodb(delay_ms: float) -> AbstractContextManager[CannedDynamoDB]:
    return run_canned_dynamodb({"query": respond_to_query}, delay_ms)


def _announce(activity: str) -> None:
    sys.stderr.write(f"{activity} …\n")
