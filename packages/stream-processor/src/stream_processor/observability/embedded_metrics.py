"""Prints metrics as log lines, from which CloudWatch extracts them."""

import json
import time
from collections.abc import Sequence
from typing import Final

from notification_models.embedded_metrics import Metric, encode_embedded

SERVICE: Final = "stream-processor"


def emit_embedded(metrics: Sequence[Metric]) -> None:
    """Print metrics as one line, with `service` as their only dimension."""
    document = encode_embedded(metrics, service=SERVICE, now_ms=int(time.time() * 1000))
    print(json.dumps(document))  # noqa: T201 - Lambda logs standard output
