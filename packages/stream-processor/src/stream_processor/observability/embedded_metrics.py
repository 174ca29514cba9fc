"""Prints metrics as log lines, from which CloudWatch extracts them."""

import json
import time
from collections.abc import Mapping, Sequence
from typing import Final

from notification_models.embedded_metrics import Metric, encode_embedded

SERVICE: Final = "stream-processor"


def emit_embedded(
    metrics: Sequence[Metric],
    dimensions: Mapping[str, str] | None = None,
    total_by: Sequence[str] = (),
    *,
    namespace: str,
) -> None:
    """Print metrics as one line; see `encode_embedded`."""
    document = encode_embedded(
        metrics,
        namespace=namespace,
        service=SERVICE,
        now_ms=int(time.time() * 1000),
        dimensions=dimensions,
        total_by=total_by,
    )
    print(json.dumps(document))  # noqa: T201 - Lambda logs standard output
