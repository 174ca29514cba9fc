"""One log line a request."""

from typing import TYPE_CHECKING

from query_api.observability.observation import Observation, Observer

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger


def create_access_log(logger: "FilteringBoundLogger") -> Observer:
    """Make the observer that writes the lines."""

    def log(observation: Observation) -> None:
        logger.info(
            "request",
            request_id=observation.request_id,
            trace_id=observation.trace_id,
            method=observation.method,
            route=observation.route,
            status=observation.status,
            outcome=observation.outcome,
            duration_ms=round(observation.duration_ms, 2),
            rows=observation.rows,
            dynamodb_reads=observation.reads,
        )

    return log
