"""What alarms and dashboard watch, compared with what is emitted: infra may not import that."""

import json

import pytest

from infra.config.model import Config
from infra.constructs.observability.outcome_metrics import list_outcomes, search_failures
from infra.constructs.observability.query_metrics import (
    search_failed_requests,
    search_latency,
    search_requests,
)
from notification_models import Status
from query_api.observability.metrics import RequestMetrics
from query_api.observability.observation import Observation
from stream_processor.observability.metrics import ReachedStatus
from stream_processor.observability.notifications_by_ap import NotificationsByAp

AP = "mobile-app-001"


@pytest.fixture
def emitted(capsys):
    """What the processor emits for a failed notification of an AP."""
    NotificationsByAp()({ReachedStatus(AP, "FAILED"): 1})
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def directive(emitted):
    (found,) = emitted["_aws"]["CloudWatchMetrics"]
    return found


def test_the_alarms_watch_the_metrics_that_the_processor_emits(emitted, directive):
    watched = [each.count(Status.FAILED) for each in list_outcomes(Config(watched_ap_ids=AP))]

    (metric,) = directive["Metrics"]
    assert {(each.namespace, each.metric_name) for each in watched} == {
        (directive["Namespace"], metric["Name"])
    }
    assert [each.dimensions for each in watched] == [
        {name: emitted[name] for name in names} for names in directive["Dimensions"]
    ]


def test_the_dashboard_searches_in_the_dimensions_by_ap(directive):
    _, by_ap = directive["Dimensions"]

    schema = json.dumps([directive["Namespace"], *by_ap], separators=(",", ":"))
    search = search_failures(directive["Namespace"]).expression
    assert f"{{{schema.strip('[]')}}}" in search


def test_the_dashboard_searches_in_the_dimensions_by_route():
    documents = []
    metrics = RequestMetrics(documents.append)
    metrics.record(Observation(request_id="r", trace_id=None, method="GET", route="/query/user"))
    metrics.report()
    by_route = documents[0]["_aws"]["CloudWatchMetrics"][0]["Dimensions"][1]
    names = ",".join(f'"{each}"' for each in by_route)

    for search in (search_latency, search_requests, search_failed_requests):
        expression = search("Namespace").expression
        assert f'{{"Namespace",{names}}}' in expression
        assert f'service="{documents[0]["service"]}"' in expression
