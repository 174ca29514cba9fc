"""A distribution of durations in few numbers, for percentiles."""

from collections import Counter
from dataclasses import dataclass, field
from math import inf, log2
from typing import Any, Final

# Five buckets for each doubling: a value is off by 7 % at most. From 0.1 ms to a minute that is 97
# buckets; CloudWatch accepts 100 values.
_BUCKETS_PER_DOUBLING: Final = 5
_LOWEST_MS: Final = 0.1
_LAST_BUCKET: Final = 96


@dataclass(slots=True)
class Histogram:
    """Durations in milliseconds, counted in buckets of exponential width."""

    counts: Counter[int] = field(default_factory=Counter)
    total_ms: float = 0.0
    least_ms: float = inf
    most_ms: float = 0.0

    def add(self, duration_ms: float) -> None:
        """Count a duration."""
        self.counts[_find_bucket(duration_ms)] += 1
        self.total_ms += duration_ms
        self.least_ms = min(self.least_ms, duration_ms)
        self.most_ms = max(self.most_ms, duration_ms)

    def encode(self) -> dict[str, Any]:
        """Encode the value of an embedded metric, as the OpenTelemetry collector's exporter does.

        Source: https://github.com/open-telemetry/opentelemetry-collector-contrib/pull/22626
        """
        buckets = sorted(self.counts)
        return {
            "Values": [self._get_middle(each) for each in buckets],
            "Counts": [self.counts[each] for each in buckets],
            "Min": round(self.least_ms, 3),
            "Max": round(self.most_ms, 3),
            "Sum": round(self.total_ms, 3),
            "Count": self.counts.total(),
        }

    def _get_middle(self, bucket: int) -> float:
        middle = _LOWEST_MS * 2 ** ((bucket + 0.5) / _BUCKETS_PER_DOUBLING)
        return round(min(max(middle, self.least_ms), self.most_ms), 3)


def _find_bucket(duration_ms: float) -> int:
    if duration_ms <= _LOWEST_MS:
        return 0
    return min(int(log2(duration_ms / _LOWEST_MS) * _BUCKETS_PER_DOUBLING), _LAST_BUCKET)
