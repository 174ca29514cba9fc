"""The measurements and their report; times in ms, memory in units of 1,000,000 bytes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Final, TypeAlias

from benchmarks.api.load import CONNECTIONS
from benchmarks.api.services import CONSTANT, FASTAPI, LITESTAR, OURS, SERVICES
from benchmarks.comparison import Comparison
from benchmarks.report import Report


@dataclass(frozen=True, slots=True)
class Measured:
    """A service under full load; memory is that at the end.

    Attributes:
        cpu_ms_per_request: all CPU, divided by the right responses only.
    """

    cpu_ms_per_request: float
    requests_per_s: float
    p50_ms: float
    p99_ms: float
    errors: int
    rss_mb: float


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory after all requests, and after half of them."""

    requests: int
    rss_mb: float
    rss_halfway_mb: float


@dataclass(frozen=True, slots=True)
class QuarterCore:
    """A service limited to a quarter of a core, at a fixed rate of requests.

    Attributes:
        how: a description of the limit.
        errors: requests without a right response; the latencies are those of the others.
    """

    how: str
    requests: int
    requests_per_s: float
    cpu_ms_per_request: float
    p50_ms: float
    p99_ms: float
    errors: int


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


def make_report(comparisons: Comparisons, memory: Memory, quarter_core: QuarterCore) -> Report:
    """Build the report.

    Args:
        comparisons: by DynamoDB's delay in ms. A figure is the value that is worst for the
            query API.
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
        *_make_own_rows(memory, quarter_core),
        *(row for delay_ms in comparisons for row in _make_ratios(delay_ms, comparisons[delay_ms])),
    ]
    return Report(title, header, rows, _make_figures(comparisons, memory, quarter_core))


def _make_rows(delay_ms: int, comparison: Comparison[Measured]) -> list[Row]:
    rows = [
        (name, *(format(comparison.get_median(each.name, get), spec) for each in SERVICES))
        for name, get, spec in _QUANTITIES
    ]
    errors = (str(comparison.get_sum(each.name, attrgetter("errors"))) for each in SERVICES)
    rows.append(("errors in all", *errors))
    return [(f"{name}, DynamoDB {delay_ms} ms", *cells) for name, *cells in rows]


def _make_own_rows(memory: Memory, quarter_core: QuarterCore) -> list[Row]:
    load = f"quarter core, {quarter_core.requests_per_s:.0f} requests/s"
    own = [
        (f"memory after {memory.requests // 2:,} requests, MB", f"{memory.rss_halfway_mb:.1f}"),
        (f"memory after {memory.requests:,} requests, MB", f"{memory.rss_mb:.1f}"),
        (f"{load}: CPU ms/request", f"{quarter_core.cpu_ms_per_request:.3f}"),
        (f"{load}: p50 ms", f"{quarter_core.p50_ms:.1f}"),
        (f"{load}: p99 ms", f"{quarter_core.p99_ms:.1f}"),
        (f"{load}: errors of {quarter_core.requests:,}", str(quarter_core.errors)),
    ]
    return [(*row, *("" for _ in SERVICES[1:])) for row in own]


def _make_ratios(delay_ms: int, comparison: Comparison[Measured]) -> list[Row]:
    theirs, ours = [], []
    for service in SERVICES:
        theirs.append(f"{comparison.get_ratio(service.name, OURS.name, _get_cpu_ms):.2f}")
        ours.append(f"{comparison.get_ratio(OURS.name, service.name, _get_cpu_ms):.2f}")
    return [
        (f"their CPU / ours, DynamoDB {delay_ms} ms", *theirs),
        (f"our CPU / theirs, DynamoDB {delay_ms} ms", *ours),
    ]


def _make_figures(
    comparisons: Comparisons, memory: Memory, quarter_core: QuarterCore
) -> dict[str, float]:
    every = comparisons.values()

    def saved_against(name: str) -> float:
        return min(each.get_ratio(name, OURS.name, _get_cpu_ms) for each in every)

    return {
        "query_api.cpu_ms_per_request": max(
            each.get_median(OURS.name, _get_cpu_ms) for each in every
        ),
        "query_api.vs_fastapi_boto3": saved_against(FASTAPI.name),
        "query_api.vs_litestar_boto3": saved_against(LITESTAR.name),
        "query_api.vs_constant": max(
            each.get_ratio(OURS.name, CONSTANT.name, _get_cpu_ms) for each in every
        ),
        "query_api.requests_per_s": max(
            each.get_median(OURS.name, attrgetter("requests_per_s")) for each in every
        ),
        "query_api.p99_ms_quarter_core": quarter_core.p99_ms,
        "query_api.errors_quarter_core": quarter_core.errors,
        "query_api.rss_mb": memory.rss_mb,
        "query_api.rss_growth_mb": memory.rss_mb - memory.rss_halfway_mb,
    }
