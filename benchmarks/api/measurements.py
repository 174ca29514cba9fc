"""The measurements; times in ms, memory in units of 1,000,000 bytes."""

from dataclasses import dataclass


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


@dataclass(frozen=True, slots=True)
class StalledClients:
    """A service while some clients do not read its responses, at a fixed rate of other requests.

    Attributes:
        failed_percent: other requests without a right response, such as those with a 503.
        p99_ms: of right responses; None if there were none.
        peak_rss_mb: the highest resident memory since the service's start.
    """

    clients: int
    failed_percent: float
    p99_ms: float | None
    peak_rss_mb: float


@dataclass(frozen=True, slots=True)
class Counting:
    """A campaign counted by summaries, limited to a quarter of a core.

    Attributes:
        how: a description of the limit.
        cpu_us_per_row: all CPU of the service, divided by the rows.
        queries_p99_ms: of queries at a fixed rate beside summaries; `queries_failed` had no right
            response.
        peak_rss_mb: the highest resident memory since the service's start.
    """

    how: str
    rows: int
    wall_s: float
    cpu_us_per_row: float
    answers: int
    longest_answer_ms: float
    queries_p99_ms: float
    queries_failed: int
    peak_rss_mb: float
