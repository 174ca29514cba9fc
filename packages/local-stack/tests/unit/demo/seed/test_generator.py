from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_stack.demo.seed.generator import generate, generate_one
from notification_models import Status, encode_command_record, project_item

from .plans import make_incident, make_plan, plans


@pytest.fixture(scope="module")
def records():
    """A day's records as they stay."""
    return [each.last for each in generate(make_plan())]


@given(plans(), st.data())
def test_a_notification_depends_on_plan_and_number_alone(plan, data):
    number = data.draw(st.integers(0, plan.records - 1))

    assert list(generate(plan))[number] == generate_one(replace(plan), number)


@given(plans())
def test_a_whole_is_the_sum_of_its_parts(plan):
    middle = plan.records // 2

    parts = [*generate(plan, 0, middle), *generate(plan, middle)]

    assert parts == list(generate(plan))
    assert len(parts) == plan.records


@given(plans())
def test_every_notification_is_created_within_the_seeded_time(plan):
    for each in generate(plan):
        assert plan.from_ms <= each.sent.created_at < plan.until_ms


@given(plans())
def test_a_second_write_changes_the_record_of_the_first(plan):
    for each in generate(plan):
        assert each.sent.status == Status.SENT
        if each.final:
            assert each.final.status in {Status.DELIVERED, Status.FAILED}
            assert (each.final.transaction_id, each.final.created_at) == (
                each.sent.transaction_id,
                each.sent.created_at,
            )
            assert each.final.user_id == each.sent.user_id


@given(plans())
def test_times_follow_each_other(plan):
    for each in generate(plan):
        record = each.last
        outcome_ts = record.delivered_ts or record.failed_ts
        assert record.send_ts > record.created_at
        assert (outcome_ts is None) == (record.status == Status.SENT)
        assert outcome_ts is None or outcome_ts > record.send_ts


@given(plans())
def test_an_incident_changes_nothing_but_its_own_failures(plan):
    quiet = replace(plan, incidents=())

    for with_incident, without in zip(generate(plan), generate(quiet), strict=True):
        assert with_incident.sent == without.sent
        if with_incident != without:
            assert any(each.explains(with_incident.last) for each in plan.incidents)
            assert with_incident.last.status == Status.FAILED


@given(plans())
def test_every_record_can_be_projected(plan):
    for each in generate(plan):
        row = project_item(encode_command_record(each.last))
        assert row.transaction_id == each.sent.transaction_id


def test_another_seed_gives_other_records():
    assert generate_one(make_plan(seed=1), 0).sent.created_at != (
        generate_one(make_plan(seed=2), 0).sent.created_at
    )


def test_about_the_share_of_an_incident_fails():
    incident = make_incident(minutes=120, share=0.5)
    plan = make_plan(records=20_000, incidents=(incident,))

    hit = [each.last for each in generate(plan)]
    hit = [each for each in hit if incident.includes(each.ap_id, each.created_at)]

    assert len(hit) > 50
    assert 0.35 < sum(map(incident.explains, hit)) / len(hit) < 0.65


def test_few_users_and_applications_have_most_records(records):
    users = Counter(each.user_id for each in records).most_common()
    applications = Counter(each.ap_id for each in records).most_common()

    assert sum(count for _, count in users[: len(users) // 5]) > len(records) / 3
    assert sum(count for _, count in applications[:3]) > len(records) / 2
    assert len(applications) == 13


def test_every_outcome_has_records(records):
    outcomes = Counter(each.status for each in records)

    assert outcomes.keys() == set(Status)
    assert outcomes[Status.DELIVERED] > outcomes[Status.SENT] > outcomes[Status.FAILED] > 0


def test_only_failures_have_a_reason(records):
    assert all((each.error_msg is not None) == (each.status == Status.FAILED) for each in records)


def test_some_are_silent_some_have_no_campaign_and_some_no_application(records):
    assert any(each.notification_title is None for each in records)
    assert any(each.marketing_id is None for each in records)
    assert any(each.ap_id is None for each in records)


def test_titles_are_in_several_scripts():
    titles = {each.sent.notification_title or "" for each in generate(make_plan(campaigns=10))}

    for text in ("訂單", "お支払い", "주문", "ลด", "parcel", "أهلاً"):
        assert any(text in title for title in titles), text


def test_without_campaigns_no_record_has_one():
    assert all(each.sent.marketing_id is None for each in generate(make_plan(campaigns=0)))


def test_nights_are_quieter_than_days():
    records = [each.sent for each in generate(make_plan(campaigns=0, records=5000))]
    hours = Counter(each.created_at // 3_600_000 % 24 for each in records)

    assert max(hours[hour] for hour in (16, 18, 20)) < min(hours[hour] for hour in (2, 6, 12)) / 2
