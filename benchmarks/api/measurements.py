"""What the benchmark finds out; times in milliseconds, memory in units of 1,000,000 bytes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """A service under as much load as it takes; memory is what it has in the end.

    Attributes:
        cpu_ms_per_request: per right answer, so that errors make the others dearer.
    """

    cpu_ms_per_request: float
    requests_per_s: float
    p50_ms: float
    p99_ms: float
    errors: int
    rss_mb: float


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory after so many requests, and after half of them."""

    requests: int
    rss_mb: float
    rss_halfway_mb: float


@dataclass(frozen=True, slots=True)
class QuarterCore:
    """A service held to a quarter of a core, asked at a rate.

    Attributes:
        how: it was held, in words.
        errors: requests without a right answer; the latencies are those of the others.
    """

    how: str
    requests: int
    requests_per_s: float
    cpu_ms_per_request: float
    p50_ms: float
    p99_ms: float
    errors: int
