"""Plans for tests."""

from hypothesis import strategies as st

from local_stack.demo.seed.incident import MINUTE_MS, Incident
from local_stack.demo.seed.plan import DAY_MS, SeedPlan

UNTIL_MS = 1_795_516_200_000
"""2026-11-24T10:30:00Z."""


def make_incident(**changed):
    options = {
        "ap_id": "mobile-app-002",
        "from_ms": UNTIL_MS - 120 * MINUTE_MS,
        "minutes": 60,
        "share": 0.8,
        "reason": "Provider certificate expired",
    }
    return Incident(**options | changed)


def make_plan(**changed):
    options = {
        "seed": 7,
        "records": 2000,
        "campaigns": 5,
        "until_ms": UNTIL_MS,
        "span_ms": DAY_MS,
    }
    return SeedPlan(**options | changed)


@st.composite
def plans(draw, max_records=60):
    span_ms = draw(st.integers(MINUTE_MS, 40 * DAY_MS))
    incident = st.builds(
        make_incident,
        ap_id=st.sampled_from(["mobile-app-001", "web-portal-001"]),
        from_ms=st.integers(UNTIL_MS - span_ms, UNTIL_MS - 1),
        minutes=st.integers(1, 10_000),
        share=st.floats(0.01, 1),
    )
    return make_plan(
        seed=draw(st.integers(0, 10**9)),
        records=draw(st.integers(1, max_records)),
        campaigns=draw(st.integers(0, 10)),
        span_ms=span_ms,
        incidents=tuple(draw(st.lists(incident, max_size=2))),
    )
