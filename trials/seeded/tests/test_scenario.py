from collections import Counter

import pytest

from local_stack.demo.seed.plan import DAY_MS
from notification_models import Status
from trials.seeded.scenario import SEARCHED_MS, Cause, Expected, create_plan

NOON_MS = 1_795_521_600_000
"""2026-11-24T12:00:00Z."""


@pytest.mark.parametrize("now_ms", [NOON_MS, NOON_MS + 1, NOON_MS + DAY_MS - 1])
def test_the_plan_ends_with_the_last_noon(now_ms):
    assert create_plan(10, 1, now_ms).until_ms == NOON_MS


@pytest.mark.parametrize("records", [3000, 20_000])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_cause_to_find_is_the_incident(records, seed):
    plan = create_plan(records, seed, NOON_MS)

    cause = Expected(plan).find_cause()

    assert cause == Cause("mobile-app-002", "Provider certificate expired", cause.first_minute)
    assert "2026-11-24T10:17+00:00" <= cause.first_minute <= "2026-11-24T11:17+00:00"


def test_the_incident_leads_by_far():
    expected = Expected(create_plan(3000, 1, NOON_MS))

    recent = [each for each in expected.failures if each.created_at >= NOON_MS - SEARCHED_MS]
    (_, first), (_, second) = Counter((each.ap_id, each.error_msg) for each in recent).most_common(
        2
    )

    assert first >= 3 * second


def test_failures_are_the_failed_records():
    expected = Expected(create_plan(500, 1, NOON_MS))

    assert len(expected.records) == 500
    assert {each.status for each in expected.failures} == {Status.FAILED}
    assert sum(each.status == Status.FAILED for each in expected.records) == len(expected.failures)
