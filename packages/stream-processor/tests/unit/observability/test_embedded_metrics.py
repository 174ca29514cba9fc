import json

from notification_models.embedded_metrics import Metric
from stream_processor.observability.embedded_metrics import emit_embedded


def test_metrics_are_printed_in_the_embedded_metric_format(capsys):
    emit_embedded(
        [Metric("Records", 3), Metric("OldestRecordAge", 250, "Milliseconds")], namespace="dev"
    )

    (line,) = capsys.readouterr().out.splitlines()
    document = json.loads(line)
    (directive,) = document["_aws"]["CloudWatchMetrics"]
    assert directive == {
        "Namespace": "dev",
        "Dimensions": [["service"]],
        "Metrics": [
            {"Name": "Records", "Unit": "Count"},
            {"Name": "OldestRecordAge", "Unit": "Milliseconds"},
        ],
    }
    assert document["service"] == "stream-processor"
    assert (document["Records"], document["OldestRecordAge"]) == (3, 250)


def test_each_line_has_its_own_metrics_only(capsys):
    emit_embedded([Metric("Records", 1)], namespace="dev")
    emit_embedded([Metric("Rows", 2)], namespace="dev")

    _, second = capsys.readouterr().out.splitlines()
    assert "Records" not in second
