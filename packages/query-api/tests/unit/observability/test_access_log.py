import json
from datetime import UTC, datetime
from io import BytesIO

from query_api.observability.access_log import create_access_log
from query_api.observability.json_log import JsonLog
from query_api.observability.observation import Observation


def test_a_request_is_one_json_line():
    output = BytesIO()
    before = datetime.now(UTC)

    create_access_log(JsonLog(output))(
        Observation(
            request_id="mine",
            trace_id="Root=1",
            method="POST",
            route="/query/user",
            status=200,
            outcome="ok",
            rows=10,
            reads=2,
            in_flight=7,
            duration_ms=1.23456,
        )
    )

    (line,) = output.getvalue().splitlines()
    logged = json.loads(line)
    assert before <= datetime.fromisoformat(logged.pop("timestamp")) <= datetime.now(UTC)
    assert logged == {
        "level": "info",
        "event": "request",
        "request_id": "mine",
        "trace_id": "Root=1",
        "method": "POST",
        "route": "/query/user",
        "status": 200,
        "outcome": "ok",
        "duration_ms": 1.23,
        "rows": 10,
        "dynamodb_reads": 2,
    }
