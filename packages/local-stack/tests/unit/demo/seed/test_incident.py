import pytest

from local_stack.demo.seed.incident import InvalidIncidentError, parse_incident
from local_stack.demo.seed.plan import InvalidPlanError
from local_stack.exceptions import LocalStackError

from .plans import UNTIL_MS, make_incident, make_plan

HOUR_MS = 3_600_000


def test_an_incident_is_parsed():
    text = "ap=web-portal-001,from=2026-11-24T18:00:00+08:00,share=0.25,reason=410 Gone,minutes=5"

    assert parse_incident(text, UNTIL_MS) == make_incident(
        ap_id="web-portal-001",
        from_ms=1_795_514_400_000,
        minutes=5,
        share=0.25,
        reason="410 Gone",
    )


def test_parts_are_in_any_order_and_may_have_blanks():
    text = "reason=憑證過期, share=1, from=2h, ap=mobile-app-001"

    incident = parse_incident(text, UNTIL_MS)

    assert incident.reason == "憑證過期"
    assert incident.minutes == 30


@pytest.mark.parametrize(
    ("ago", "ago_ms"), [("40m", 40 * 60_000), ("2h", 2 * HOUR_MS), ("3d", 72 * HOUR_MS)]
)
def test_a_time_ago_counts_from_the_end_of_the_seeded_time(ago, ago_ms):
    incident = parse_incident(f"ap=mobile-app-001,from={ago},share=1,reason=a", UNTIL_MS)

    assert incident.from_ms == UNTIL_MS - ago_ms


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "'' is no part name=value"),
        ("ap", "'ap' is no part name=value"),
        ("app=mobile-app-001", "'app=mobile-app-001' is no part"),
        ("ap=mobile-app-001", "from is missing"),
        ("ap=mobile-app-001,ap=mobile-app-002", "ap is given twice"),
        ("ap=x,from=2h,share=1,reason=a", "ap is none of mobile-app-001, "),
        ("ap=mobile-app-001,from=2h,share=1,reason= ", "reason is empty"),
        ("ap=mobile-app-001,from=noon,share=1,reason=a", "from is neither"),
        ("ap=mobile-app-001,from=2026-11-24T18:00:00,share=1,reason=a", "from is neither"),
        ("ap=mobile-app-001,from=2h,share=0,reason=a", "share is no number"),
        ("ap=mobile-app-001,from=2h,share=1.5,reason=a", "share is no number"),
        ("ap=mobile-app-001,from=2h,share=nan,reason=a", "share is no number"),
        ("ap=mobile-app-001,from=2h,share=most,reason=a", "share is no number"),
        ("ap=mobile-app-001,from=2h,share=1,reason=a,minutes=0", "minutes is no whole number"),
        ("ap=mobile-app-001,from=2h,share=1,reason=a,minutes=-1", "minutes is no whole number"),
        ("ap=mobile-app-001,from=2h,share=1,reason=a,minutes=1.5", "minutes is no whole number"),
        ("ap=mobile-app-001,from=2h,share=1,reason=a,b", "'b' is no part name=value"),
    ],
)
def test_a_bad_incident_is_refused_with_the_reason_and_an_example(text, reason):
    with pytest.raises(InvalidIncidentError) as caught:
        parse_incident(text, UNTIL_MS)

    assert caught.value.reason.startswith(reason)
    assert "ap=mobile-app-002,from=2h" in str(caught.value)
    assert isinstance(caught.value, LocalStackError)


def test_the_example_of_the_error_is_right():
    with pytest.raises(InvalidIncidentError) as caught:
        parse_incident("", UNTIL_MS)

    example = str(caught.value).rpartition("written as ")[2]

    assert parse_incident(example, UNTIL_MS).minutes == 30


@pytest.mark.parametrize("from_ms", [UNTIL_MS - 25 * HOUR_MS, UNTIL_MS])
def test_an_incident_outside_of_the_seeded_time_is_refused(from_ms):
    with pytest.raises(InvalidPlanError):
        make_plan(incidents=(make_incident(from_ms=from_ms),))


def test_an_incident_ends_with_its_last_minute():
    incident = make_incident(minutes=2)

    assert incident.includes(incident.ap_id, incident.from_ms)
    assert incident.includes(incident.ap_id, incident.from_ms + 119_999)
    assert not incident.includes(incident.ap_id, incident.from_ms + 120_000)
    assert not incident.includes(incident.ap_id, incident.from_ms - 1)
    assert not incident.includes("mobile-app-001", incident.from_ms)
    assert not incident.includes(None, incident.from_ms)
