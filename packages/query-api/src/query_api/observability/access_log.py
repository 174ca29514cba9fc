"""One log line for each request."""

from query_api.observability.json_log import JsonLog
from query_api.observability.observation import Observation, Observer


def create_access_log(log: JsonLog) -> Observer:
    """Create the observer that writes the lines."""

    def write(observation: Observation) -> None:
        fields = {
            "request_id": observation.request_id,
            "trace_id": observation.trace_id,
            "method": observation.method,
            "route": observation.route,
            "status": observation.status,
            "outcome": observation.outcome,
            "duration_ms": round(observation.duration_ms, 2),
            "rows": observation.rows,
            "dynamodb_reads": observation.reads,
        }
        log.write("info", "request", fields)

    return write
