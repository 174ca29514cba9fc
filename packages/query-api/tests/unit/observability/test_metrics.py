import asyncio

import pytest

from query_api.observability.metrics import RequestMetrics
from query_api.observability.observation import Observation


@pytest.fixture
def documents():
    return []


@pytest.fixture
def metrics(documents):
    return RequestMetrics(documents.append)


def observe(**changes):
    fields = {"route": "/query/user", "status": 200, "outcome": "ok", "duration_ms": 2.0}
    return Observation("mine", None, "POST", **fields | changes)


def test_requests_are_reported_by_route_and_outcome_in_embedded_metric_format(metrics, documents):
    metrics.record(observe(reads=1, unreadable_rows=2))
    metrics.record(observe(reads=4, duration_ms=8.0))

    metrics.report()

    document = documents[0]
    (directive,) = document.pop("_aws")["CloudWatchMetrics"]
    assert directive == {
        "Namespace": "NotificationQueryService",
        "Dimensions": [["service"], ["service", "route", "outcome"]],
        "Metrics": [
            {"Name": "Requests", "Unit": "Count"},
            {"Name": "Latency", "Unit": "Milliseconds"},
            {"Name": "DynamoDBReads", "Unit": "Count"},
            {"Name": "UnreadableRows", "Unit": "Count"},
        ],
    }
    latency = document.pop("Latency")
    assert (latency["Min"], latency["Max"], latency["Counts"]) == (2.0, 8.0, [1, 1])
    assert document == {
        "service": "query-api",
        "route": "/query/user",
        "outcome": "ok",
        "Requests": 2,
        "DynamoDBReads": 5,
        "UnreadableRows": 2,
    }


def test_each_route_and_outcome_is_reported_separately(metrics, documents):
    for changes in ({}, {"outcome": "throttled"}, {"route": "/query/fail"}):
        metrics.record(observe(**changes))

    metrics.report()

    assert [(each["route"], each["outcome"]) for each in documents[:-1]] == [
        ("/query/user", "ok"),
        ("/query/user", "throttled"),
        ("/query/fail", "ok"),
    ]


def test_the_metrics_of_the_whole_service_are_reported_once(metrics, documents):
    for changes in ({"in_flight": 3}, {"in_flight": 9, "outcome": "overloaded"}, {"in_flight": 2}):
        metrics.record(observe(**changes))

    metrics.report()

    document = documents[-1]
    assert document["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service"]]
    assert (document["InFlightMax"], document["Shed"]) == (9, 1)


def test_a_report_resets_the_counts(metrics, documents):
    metrics.record(observe(in_flight=3))
    metrics.report()
    documents.clear()

    metrics.report()

    (document,) = documents
    assert (document["InFlightMax"], document["Shed"]) == (0, 0)


def test_it_reports_at_intervals_and_at_the_end():
    async def wait_for_a_report():
        reported = asyncio.Event()
        documents = []
        metrics = RequestMetrics(lambda document: (documents.append(document), reported.set()))
        async with metrics.reporting(interval_s=0.01):
            await asyncio.wait_for(reported.wait(), 10)
            documents.clear()
            metrics.record(observe())
        await asyncio.sleep(0)  # what was cancelled ends now
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return documents

    documents = asyncio.run(wait_for_a_report())

    assert documents[0]["Requests"] == 1
