from notification_models.embedded_metrics import Metric, encode_embedded

TWO_METRICS = [Metric("Requests", 3), Metric("Latency", {"Min": 1}, "Milliseconds")]


def test_metrics_without_dimensions_count_for_the_service():
    document = encode_embedded(TWO_METRICS, namespace="n", service="s", now_ms=7)

    (directive,) = document.pop("_aws")["CloudWatchMetrics"]
    assert directive == {
        "Namespace": "n",
        "Dimensions": [["service"]],
        "Metrics": [
            {"Name": "Requests", "Unit": "Count"},
            {"Name": "Latency", "Unit": "Milliseconds"},
        ],
    }
    assert document == {"service": "s", "Requests": 3, "Latency": {"Min": 1}}


def test_metrics_with_dimensions_also_count_under_all_of_them():
    document = encode_embedded(
        TWO_METRICS, namespace="n", service="s", now_ms=7, dimensions={"a": "1", "b": "2"}
    )

    (directive,) = document["_aws"]["CloudWatchMetrics"]
    assert directive["Dimensions"] == [["service"], ["service", "a", "b"]]
    assert (document["a"], document["b"]) == ("1", "2")


def test_a_total_may_be_under_one_of_the_dimensions():
    document = encode_embedded(
        TWO_METRICS,
        namespace="n",
        service="s",
        now_ms=7,
        dimensions={"a": "1", "b": "2"},
        total_by=["b"],
    )

    (directive,) = document["_aws"]["CloudWatchMetrics"]
    assert directive["Dimensions"] == [["service", "b"], ["service", "a", "b"]]


def test_the_document_has_its_time_in_milliseconds():
    assert encode_embedded([], namespace="n", service="s", now_ms=7)["_aws"]["Timestamp"] == 7
