"""Prints metrics and log lines in the format of CloudWatch: one line of JSON each.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import logging
from collections.abc import Sequence
from typing import Final

from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from aws_lambda_powertools.metrics import EphemeralMetrics

from notification_models.names import METRIC_NAMESPACE
from stream_processor.observability.metrics import Metric

SERVICE: Final = "stream-processor"


def emit_embedded(metrics: Sequence[Metric]) -> None:
    """Print metrics as one line, with `service` as their only dimension."""
    line = EphemeralMetrics(namespace=METRIC_NAMESPACE, service=SERVICE)
    for metric in metrics:
        line.add_metric(name=metric.name, unit=metric.unit, value=metric.value)
    line.flush_metrics()


def log_as_json() -> None:
    """Format every log line of this process as a JSON object."""
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.StreamHandler())
    for handler in root.handlers:
        handler.setFormatter(LambdaPowertoolsFormatter(utc=True, use_rfc3339=True))
