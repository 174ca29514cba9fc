import json
import logging

import pytest

from stream_processor.observability.embedded_metrics import emit_embedded, log_as_json
from stream_processor.observability.metrics import Metric


def test_metrics_are_printed_in_the_embedded_metric_format(capsys):
    emit_embedded([Metric("Records", 3), Metric("OldestRecordAge", 250, "Milliseconds")])

    (line,) = capsys.readouterr().out.splitlines()
    document = json.loads(line)
    (directive,) = document["_aws"]["CloudWatchMetrics"]
    assert directive == {
        "Namespace": "NotificationQueryService",
        "Dimensions": [["service"]],
        "Metrics": [
            {"Name": "Records", "Unit": "Count"},
            {"Name": "OldestRecordAge", "Unit": "Milliseconds"},
        ],
    }
    assert document["service"] == "stream-processor"
    assert (document["Records"], document["OldestRecordAge"]) == ([3.0], [250.0])


def test_each_line_has_its_own_metrics_only(capsys):
    emit_embedded([Metric("Records", 1)])
    emit_embedded([Metric("Rows", 2)])

    _, second = capsys.readouterr().out.splitlines()
    assert "Records" not in second


@pytest.mark.usefixtures("keep_log_format")
def test_a_log_line_is_a_json_object_with_its_fields():
    log_as_json()

    root_logger = logging.getLogger()
    record = root_logger.makeRecord(
        "n", logging.WARNING, "f", 1, "poison: %s", ("x",), None, extra={"sequence_number": "7"}
    )
    line = json.loads(root_logger.handlers[0].format(record))

    assert (line["level"], line["message"]) == ("WARNING", "poison: x")
    assert line["sequence_number"] == "7"
