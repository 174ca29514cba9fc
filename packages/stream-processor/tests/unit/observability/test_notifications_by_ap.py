import json
import re
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stream_processor.observability.metrics import ReachedStatus
from stream_processor.observability.notifications_by_ap import MAX_APS, NotificationsByAp


@pytest.fixture
def emit(capsys):
    """Emit the counts of a batch; return what is printed by `ap_id` and `status`."""
    by_ap = NotificationsByAp()

    def emit_batch(reached):
        by_ap({ReachedStatus(*key): count for key, count in reached.items()})
        lines = map(json.loads, capsys.readouterr().out.splitlines())
        printed = [((each["ap_id"], each["status"]), each["NotificationsByAp"]) for each in lines]
        assert len(dict(printed)) == len(printed)
        return dict(printed)

    return emit_batch


def test_each_ap_and_status_is_a_document_that_also_counts_under_the_status_alone(capsys):
    NotificationsByAp(namespace="dev")({ReachedStatus("mobile-app-001", "FAILED"): 3})

    (line,) = capsys.readouterr().out.splitlines()
    document = json.loads(line)
    assert document["_aws"]["CloudWatchMetrics"] == [
        {
            "Namespace": "dev",
            "Dimensions": [["service", "status"], ["service", "ap_id", "status"]],
            "Metrics": [{"Name": "NotificationsByAp", "Unit": "Count"}],
        }
    ]
    del document["_aws"]
    assert document == {
        "service": "stream-processor",
        "ap_id": "mobile-app-001",
        "status": "FAILED",
        "NotificationsByAp": 3,
    }


def test_a_batch_without_a_reached_status_prints_nothing(emit):
    assert emit({}) == {}


def test_an_absent_ap_or_status_is_none_and_an_unknown_status_is_other(emit):
    assert emit({(None, None): 1, ("a", "BOUNCED"): 2, ("a", "sent "): 3, ("a", "SENT"): 4}) == {
        ("none", "none"): 1,
        ("a", "other"): 5,
        ("a", "SENT"): 4,
    }


@pytest.mark.parametrize(
    "ap_id", ["", " ", "a\n", "a\n\n", "\x7f", "é", "應用", "a" * 256, "\ud800"]
)
def test_a_name_that_cloudwatch_refuses_is_other(emit, ap_id):
    assert emit({(ap_id, "SENT"): 1}) == {("other", "SENT"): 1}


@pytest.mark.parametrize("ap_id", ["a", " a", "mobile-app-001", '{"name":"a"}', "~" * 255])
def test_a_name_that_cloudwatch_takes_is_kept(emit, ap_id):
    assert emit({(ap_id, "SENT"): 1}) == {(ap_id, "SENT"): 1}


def test_names_after_the_first_50_are_other(emit):
    first = emit({(f"app-{number}", "SENT"): 1 for number in range(MAX_APS)})
    later = emit({("app-50", "SENT"): 1, ("app-51", "FAILED"): 5, ("app-7", "FAILED"): 2})

    assert len(first) == MAX_APS == 50
    assert later == {("other", "SENT"): 1, ("other", "FAILED"): 5, ("app-7", "FAILED"): 2}


def test_of_too_many_names_in_a_batch_those_with_most_notifications_are_kept(emit):
    emit({(f"app-{number}", "SENT"): 1 for number in range(MAX_APS - 2)})

    printed = emit(
        {("few", "SENT"): 2, ("some", "SENT"): 3, ("many", "SENT"): 2, ("many", "FAILED"): 2}
    )

    assert printed == {
        ("other", "SENT"): 2,
        ("some", "SENT"): 3,
        ("many", "SENT"): 2,
        ("many", "FAILED"): 2,
    }


@pytest.mark.parametrize("count", [1, 50, 60])
def test_a_watched_ap_has_metrics_of_its_own_whatever_names_come_first(capsys, count):
    watched = [f"watched-{number}" for number in range(count)]
    by_ap = NotificationsByAp(watched)

    by_ap({ReachedStatus(f"app-{number}", "SENT"): 9 for number in range(60)})
    by_ap({ReachedStatus(ap_id, "FAILED"): 1 for ap_id in watched})

    printed = [json.loads(line)["ap_id"] for line in capsys.readouterr().out.splitlines()]
    assert set(watched) < set(printed)
    assert len(set(printed) - {"other"}) == max(MAX_APS, count)


names = st.none() | st.text(max_size=3) | st.integers(0, 80).map("app-{}".format)
statuses = st.none() | st.sampled_from(["SENT", "DELIVERED", "FAILED"]) | st.text(max_size=2)
batches = st.lists(
    st.dictionaries(st.tuples(names, statuses), st.integers(1, 9), max_size=80), max_size=6
)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(batches=batches)
def test_no_notification_is_lost_and_no_senders_make_more_than_their_share_of_metrics(
    capsys, batches
):
    by_ap, totals = NotificationsByAp(), Counter()
    for batch in batches:
        by_ap({ReachedStatus(*key): count for key, count in batch.items()})
    for line in capsys.readouterr().out.splitlines():
        document = json.loads(line)
        totals[document["ap_id"], document["status"]] += document["NotificationsByAp"]

    assert totals.total() == sum(sum(batch.values()) for batch in batches)
    assert len({ap_id for ap_id, _ in totals} - {"none", "other"}) <= MAX_APS
    assert {status for _, status in totals} <= {"SENT", "DELIVERED", "FAILED", "none", "other"}
    assert all(re.fullmatch("[ -~]{1,255}", ap_id) for ap_id, _ in totals)
