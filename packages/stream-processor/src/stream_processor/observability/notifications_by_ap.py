"""Counts the notifications that reach a status, by AP.

Both values come from senders, and each pair of them is a CloudWatch metric that costs money. So
statuses are the known ones, and a process gives at most `MAX_APS` APs metrics of their own.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from notification_models.embedded_metrics import METRIC_NAMESPACE, Metric
from notification_models.served_attributes import KNOWN_VALUES
from stream_processor.observability.embedded_metrics import emit_embedded
from stream_processor.observability.metrics import ReachedStatus

METRIC: Final = "NotificationsByAp"
MAX_APS: Final = 50
NONE: Final = "none"
"""Label of an absent AP or status."""
OTHER: Final = "other"
"""Label of any other status than the known ones, and of every AP without a metric of its own."""

# An alarm takes values of up to 255 characters, CloudWatch printable ASCII that is not blank.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudwatch-alarm-dimension.html
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html
_LABEL: Final = re.compile(r"(?=.*[!-~])[ -~]{1,255}")


class NotificationsByAp:
    """Emits `NotificationsByAp`, with dimensions `ap_id` and `status`, and by `status` alone.

    The watched APs and the first others that a process sees have metrics of their own, those with
    the most notifications in their batch first. Names that come later never stop a metric.
    """

    def __init__(self, watched: Iterable[str] = (), *, namespace: str = METRIC_NAMESPACE) -> None:
        """Create the counter of a process.

        Args:
            watched: APs that have metrics of their own whatever other APs there are.
            namespace: CloudWatch namespace of the metrics.
        """
        self._named = set(watched)
        self._namespace = namespace

    def __call__(self, reached: Mapping[ReachedStatus, int]) -> None:
        """Emit the counts of one batch: one document for each AP and status."""
        self._name(reached)
        counts = Counter[tuple[str, str]]()
        for (ap_id, status), count in reached.items():
            counts[self._label_ap(ap_id), _label_status(status)] += count
        for (ap_id, status), count in counts.items():
            dimensions = {"ap_id": ap_id, "status": status}
            emit_embedded(
                [Metric(METRIC, count)],
                dimensions,
                total_by=["status"],
                namespace=self._namespace,
            )

    def _name(self, reached: Mapping[ReachedStatus, int]) -> None:
        """Give the APs of a batch metrics of their own, as long as there are places."""
        new = Counter[str]()
        for (ap_id, _), count in reached.items():
            if ap_id is not None and ap_id not in self._named and _LABEL.fullmatch(ap_id):
                new[ap_id] += count
        places = max(0, MAX_APS - len(self._named))
        self._named.update(ap_id for ap_id, _ in new.most_common(places))

    def _label_ap(self, ap_id: str | None) -> str:
        if ap_id is None:
            return NONE
        return ap_id if ap_id in self._named else OTHER


def _label_status(status: str | None) -> str:
    if status is None:
        return NONE
    return status if status in KNOWN_VALUES["status"] else OTHER
