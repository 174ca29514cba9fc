"""The report of the measurements."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Final, TypeAlias

from benchmarks.api.counting import COUNTS_AT_ONCE
from benchmarks.api.load.senders import CONNECTIONS
from benchmarks.api.measurements import (
    Counting,
    Measured,
    Memory,
    QuarterCore,
    StalledClients,
)
from benchmarks.api.services import CONSTANT, FASTAPI, LITESTAR, OURS, SERVICES
from benchmarks.comparison import Comparison
from benchmarks.report import Report

Row: TypeAlias = tuple[str, ...]
Comparisons: TypeAlias = Mapping[int, Comparison[Measured]]

_get_cpu_ms: Final[Callable[[Measured], float]] = attrgetter("cpu_ms_per_request")
_QUANTITIES: Final[tuple[tuple[str, Callable[[Measured], float], str], ...]] = (
    ("CPU ms/request", _get_cpu_ms, ".3f"),
    ("requests/s", attrgetter("requests_per_s"), ".0f"),
    ("p50 ms", attrgetter("p50_ms"), ".1f"),
    ("p99 ms", attrgetter("p99_ms"), ".1f"),
    ("memory after it, MB", attrgetter("rss_mb"), ".0f"),
)


def make_report(
    comparisons: Comparisons,
    memory: Memory,
    quarter_core: QuarterCore,
    stalled: StalledClients,
    counting: Counting,
) -> Report:
    """Build the report.

    Args:
        comparisons: by DynamoDB's delay in ms. A figure that names no delay is the value that is
            worst for the query API.
    """
    title = (
        "query-api, POST /query/user of 10 rows, compared with other services, each on one core;\n"
        f"{CONNECTIONS} connections; DynamoDB responds in "
        f"{' or '.join(f'{delay_ms} ms' for delay_ms in comparisons)}.\n"
        f"Limited to a quarter of a core {quarter_core.how}."
    )
    header = ("", *(service.name for service in SERVICES))
    rows = [
        *(row for delay_ms in comparisons for row in _make_rows(delay_ms, comparisons[delay_ms])),
        *_make_own_rows(memory, quarter_core, stalled),
        *_make_counting_rows(counting),
        *_make_ratio_rows(comparisons),
    ]
    figures = {
        **_make_compared_figures(comparisons),
        **_make_own_figures(memory, quarter_core, stalled),
        **_make_counting_figures(counting),
    }
    return Report(title, header, rows, figures)


def _make_rows(delay_ms: int, comparison: Comparison[Measured]) -> list[Row]:
    rows = [
        (name, *(format(comparison.get_median(each.name, get), spec) for each in SERVICES))
        for name, get, spec in _QUANTITIES
    ]
    errors = (str(comparison.get_sum(each.name, attrgetter("errors"))) for each in SERVICES)
    rows.append(("errors in all", *errors))
    return [(f"{name}, DynamoDB {delay_ms} ms", *cells) for name, *cells in rows]


def _make_own_rows(memory: Memory, quarter_core: QuarterCore, stalled: StalledClients) -> list[Row]:
    load = f"quarter core, {quarter_core.requests_per_s:.0f} requests/s"
    stall = f"{stalled.clients} clients do not read"
    own = [
        (f"memory after {memory.requests // 2:,} requests, MB", f"{memory.rss_halfway_mb:.1f}"),
        (f"memory after {memory.requests:,} requests, MB", f"{memory.rss_mb:.1f}"),
        (f"{load}: CPU ms/request", f"{quarter_core.cpu_ms_per_request:.3f}"),
        (f"{load}: p50 ms", f"{quarter_core.p50_ms:.1f}"),
        (f"{load}: p99 ms", f"{quarter_core.p99_ms:.1f}"),
        (f"{load}: errors of {quarter_core.requests:,}", str(quarter_core.errors)),
        (f"{stall}: others' failed requests, %", f"{stalled.failed_percent:.1f}"),
        (
            f"{stall}: others' p99 ms without the failed",
            "none" if stalled.p99_ms is None else f"{stalled.p99_ms:.1f}",
        ),
        (f"{stall}: peak memory, MB", f"{stalled.peak_rss_mb:.1f}"),
    ]
    return _fill(own)


def _make_counting_rows(counting: Counting) -> list[Row]:
    count = f"quarter core, summary of {counting.rows:,} rows"
    queries = f"quarter core, queries beside {COUNTS_AT_ONCE} summaries"
    return _fill(
        [
            (f"{count}: CPU µs/row", f"{counting.cpu_us_per_row:.2f}"),
            (f"{count}: s", f"{counting.wall_s:.1f}"),
            (f"{count}: answers", str(counting.answers)),
            (f"{count}: slowest answer, ms", f"{counting.longest_answer_ms:.0f}"),
            (f"{queries}: p99 ms", f"{counting.queries_p99_ms:.1f}"),
            (f"{queries}: errors", str(counting.queries_failed)),
            (f"{count}: peak memory, MB", f"{counting.peak_rss_mb:.1f}"),
        ]
    )


def _fill(rows: Sequence[Row]) -> list[Row]:
    """Leave the columns of other services empty."""
    return [(*row, *("" for _ in SERVICES[1:])) for row in rows]


def _make_ratio_rows(comparisons: Comparisons) -> list[Row]:
    names = [service.name for service in SERVICES]
    delays = {f"DynamoDB {delay_ms} ms": [each] for delay_ms, each in comparisons.items()}
    rows: list[Row] = []
    for which, some in {**delays, "worst delay": list(comparisons.values())}.items():
        theirs = (f"{_get_saving(some, name):.2f}" for name in names)
        ours = (f"{_get_cost(some, name):.2f}" for name in names)
        rows += [
            (f"their CPU / ours, {which}", *theirs),
            (f"our CPU / theirs, {which}", *ours),
        ]
    return rows


def _get_saving(comparisons: Iterable[Comparison[Measured]], name: str) -> float:
    """Return the lowest ratio of another service's CPU to ours."""
    return min(each.get_ratio(name, OURS.name, _get_cpu_ms) for each in comparisons)


def _get_cost(comparisons: Iterable[Comparison[Measured]], name: str) -> float:
    """Return the highest ratio of our CPU to another service's."""
    return max(each.get_ratio(OURS.name, name, _get_cpu_ms) for each in comparisons)


def _make_compared_figures(comparisons: Comparisons) -> dict[str, float]:
    every = comparisons.values()
    at_a_delay: dict[str, float] = {}
    for delay_ms, each in comparisons.items():
        at_a_delay[f"query_api.vs_fastapi_boto3_at_{delay_ms}_ms"] = _get_saving(
            [each], FASTAPI.name
        )
        at_a_delay[f"query_api.vs_constant_at_{delay_ms}_ms"] = _get_cost([each], CONSTANT.name)
    return {
        "query_api.cpu_ms_per_request": max(
            each.get_median(OURS.name, _get_cpu_ms) for each in every
        ),
        **at_a_delay,
        "query_api.vs_fastapi_boto3_worst": _get_saving(every, FASTAPI.name),
        "query_api.vs_litestar_boto3_worst": _get_saving(every, LITESTAR.name),
        "query_api.vs_constant_worst": _get_cost(every, CONSTANT.name),
        "query_api.requests_per_s": max(
            each.get_median(OURS.name, attrgetter("requests_per_s")) for each in every
        ),
    }


def _make_own_figures(
    memory: Memory, quarter_core: QuarterCore, stalled: StalledClients
) -> dict[str, float]:
    figures = {
        "query_api.p99_ms_quarter_core": quarter_core.p99_ms,
        "query_api.errors_quarter_core": quarter_core.errors,
        "query_api.rss_mb": memory.rss_mb,
        "query_api.rss_growth_mb": memory.rss_mb - memory.rss_halfway_mb,
        "query_api.stalled_clients_failed_percent": stalled.failed_percent,
        "query_api.stalled_clients_peak_rss_mb": stalled.peak_rss_mb,
    }
    if stalled.p99_ms is not None:
        figures["query_api.stalled_clients_p99_ms"] = stalled.p99_ms
    return figures


def _make_counting_figures(counting: Counting) -> dict[str, float]:
    return {
        "api.count_cpu_us_per_row": counting.cpu_us_per_row,
        "api.count_s_quarter_core": counting.wall_s,
        "api.count_queries_p99_ms": counting.queries_p99_ms,
        "api.count_peak_rss_mb": counting.peak_rss_mb,
    }
