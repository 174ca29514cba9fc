"""How available the API is, as callers see it: docs/reference/metrics.md defines it."""

from dataclasses import dataclass
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from infra.constructs.observability.service_metrics import ServiceMetrics

TARGET_PERCENT: Final = 99.9
WINDOW: Final = Duration.days(30)

MIN_FAILURES: Final = 10
"""Failures in a long window below which the budget counts as untouched.

A minimum of requests would hide a quiet night in which all of them fail.
"""

_BUDGET: Final = round(1 - TARGET_PERCENT / 100, 6)
"""Share of requests that may fail."""


@dataclass(frozen=True, slots=True)
class Burn:
    """A rate at which the budget burns that somebody must stop.

    Attributes:
        name: of its alarm.
        rate: 1 uses the budget up in exactly its 30 days.
        long: the window in which so much is burned.
        short: the last part of it, which shows that it still burns.
    """

    name: str
    rate: float
    long: Duration
    short: Duration


# Pages after 2 percent of the budget, and after 5 percent.
# https://sre.google/workbook/alerting-on-slos/#recommended_parameters_for_an_slo_based_a
BURNS: Final = (
    Burn("availability-1h", 14.4, Duration.hours(1), Duration.minutes(5)),
    Burn("availability-6h", 6, Duration.hours(6), Duration.minutes(30)),
)


@dataclass(frozen=True, slots=True)
class Availability:
    """Availability of the API, from the metrics of its stage."""

    metrics: ServiceMetrics

    def get_burn_rate(
        self, window: Duration, *, min_failures: int = 1
    ) -> cloudwatch.MathExpression:
        """Return how many times faster than in 30 days the budget burns.

        Args:
            min_failures: with fewer in the window, the rate is 0.
        """
        return cloudwatch.MathExpression(
            expression=f"IF(failures >= {min_failures}, failures / requests / {_BUDGET}, 0)",
            using_metrics=self._count(window),
            period=window,
            label=f"burn rate, {window.to_human_string()}",
        )

    def get_percent(self) -> cloudwatch.MathExpression:
        """Return the percent of requests of 30 days that did not fail."""
        return cloudwatch.MathExpression(
            expression="100 * (1 - failures / requests)",
            using_metrics=self._count(WINDOW),
            period=WINDOW,
            label="available, percent",
        )

    def get_budget_percent(self) -> cloudwatch.MathExpression:
        """Return the percent of the budget of 30 days that is left; negative if it is overdrawn."""
        return cloudwatch.MathExpression(
            expression=f"100 * (1 - failures / requests / {_BUDGET})",
            using_metrics=self._count(WINDOW),
            period=WINDOW,
            label="budget left, percent",
        )

    def _count(self, period: Duration) -> dict[str, cloudwatch.IMetric]:
        """Count requests and failures: the API emits both whenever there are requests."""
        return {
            "failures": self.metrics.get_api_5xx(period),
            "requests": self.metrics.get_api_requests(period),
        }
