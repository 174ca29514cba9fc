"""Log lines about rows that were left out of a response."""

import logging
from collections.abc import Iterable

from query_api.read_model.port import UnreadableRow

logger = logging.getLogger(__name__)


def log_unreadable(faults: Iterable[tuple[UnreadableRow, int]], request_id: str) -> None:
    """Log each fault of a response's rows once, without a key or a value of theirs.

    Args:
        faults: each with the number of its rows.
    """
    for fault, count in faults:
        logger.warning(
            "rows left out: attribute %(attribute)r %(reason)s",
            {
                "request_id": request_id,
                "rows": count,
                "attribute": fault.attribute,
                "reason": fault.reason,
            },
        )
