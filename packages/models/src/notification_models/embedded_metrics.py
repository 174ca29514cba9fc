"""Metrics in the format that CloudWatch extracts from log lines.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

METRIC_NAMESPACE: Final = "NotificationQueryService"
"""CloudWatch namespace of the metrics that services emit, unless a deployment has a name."""


class Metric(NamedTuple):
    """A named number, or a distribution as CloudWatch's structured value."""

    name: str
    value: float | dict[str, Any]
    unit: Literal["Count", "Milliseconds"] = "Count"


def encode_embedded(
    metrics: Iterable[Metric],
    *,
    namespace: str,
    service: str,
    now_ms: int,
    dimensions: Mapping[str, str] | None = None,
    total_by: Sequence[str] = (),
) -> dict[str, Any]:
    """Encode metrics as one document.

    Each counts for the whole service and, if there are dimensions, also under all of them together.

    Args:
        total_by: names of dimensions; the total is under each of their values, in place of the one
            for the whole service.
    """
    named = {metric.name: metric for metric in metrics}
    dimension_sets = [["service", *total_by]]
    if dimensions:
        dimension_sets.append(["service", *dimensions])
    directive = {
        "Namespace": namespace,
        "Dimensions": dimension_sets,
        "Metrics": [{"Name": each.name, "Unit": each.unit} for each in named.values()],
    }
    return {
        "_aws": {"Timestamp": now_ms, "CloudWatchMetrics": [directive]},
        "service": service,
        **(dimensions or {}),
        **{name: metric.value for name, metric in named.items()},
    }
