"""Metrics of what became of notifications, by AP, as the stream processor emits them."""

from dataclasses import dataclass
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from infra.config.model import Config
from infra.constructs.observability.watched_resources import MINUTE
from notification_models.values import Status

SHARE_PERIOD: Final = Duration.minutes(5)

MIN_FAILURES: Final = 10
"""Failures in a period below which the share counts as 0: one failure at night is no incident."""

_METRIC: Final = "NotificationsByAp"
_SERVICE: Final = {"service": "stream-processor"}
_MOST_APS_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The notifications of one AP, or of all.

    The processor counts a notification once under each status that it reaches.

    Attributes:
        namespace: of the deployment's metrics.
        ap_id: the AP; None for all.
        metric_id: prefix of metric ids, which must be unique within a graph.
    """

    namespace: str
    ap_id: str | None
    metric_id: str

    @property
    def label(self) -> str:
        """Whose they are, for people."""
        return self.ap_id or "all APs"

    def count(self, status: Status, period: Duration = MINUTE) -> cloudwatch.Metric:
        """Count the notifications that reached a status."""
        of_ap = {} if self.ap_id is None else {"ap_id": self.ap_id}
        return cloudwatch.Metric(
            namespace=self.namespace,
            metric_name=_METRIC,
            dimensions_map={**_SERVICE, **of_ap, "status": status.value},
            statistic=cloudwatch.Stats.SUM,
            period=period,
            label=status.value,
        )

    def get_failure_percent(self) -> cloudwatch.MathExpression:
        """Percent of the notifications that failed.

        Of those that ended (DELIVERED or FAILED), or of those SENT if these are more: not every
        platform reports a delivery, and then SENT is the last status of a success.
        """
        sent, delivered, failed = (f"{self.metric_id}_{each.lower()}" for each in Status)
        ended = f"(FILL({delivered}, 0) + {failed})"
        all_sent = f"FILL({sent}, 0)"
        return cloudwatch.MathExpression(
            # Without a failure there is no data.
            expression=f"IF({failed} >= {MIN_FAILURES}, "
            f"100 * {failed} / IF({all_sent} > {ended}, {all_sent}, {ended}), 0)",
            using_metrics={
                name: self.count(status, SHARE_PERIOD)
                for name, status in zip((sent, delivered, failed), Status, strict=True)
            },
            period=SHARE_PERIOD,
            label=self.label,
        )


def list_outcomes(config: Config) -> list[Outcomes]:
    """List what the processor counts: the outcomes of all APs, then of each watched one."""
    if config.metrics_by_ap == "off":
        return []
    ids = [
        (None, "all"),
        *((each, f"ap{number}") for number, each in enumerate(config.watched_ap_ids)),
    ]
    return [Outcomes(config.metrics_namespace, ap_id, metric_id) for ap_id, metric_id in ids]


def search_failures(namespace: str) -> cloudwatch.MathExpression:
    """Find the failures of each AP, those with the most first.

    Only a graph may search: an alarm may not.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
    """
    # Names with other characters than letters and digits need quotation marks.
    schema = ",".join(f'"{each}"' for each in (namespace, *_SERVICE, "ap_id", "status"))
    terms = f'{{{schema}}} MetricName="{_METRIC}" status="{Status.FAILED}"'
    search = f"SEARCH('{terms}', 'Sum', {MINUTE.to_seconds()})"
    return cloudwatch.MathExpression(
        expression=f"SORT({search}, SUM, DESC, {_MOST_APS_SHOWN})",
        period=MINUTE,
        label="${PROP('Dim.ap_id')}",
    )
