from collections import Counter

from local_stack.demo.sample_data import SAMPLE_RECORDS
from local_stack.demo.sample_incident import RECORDS, create_sample_plan
from local_stack.demo.seed.expected_counts import count_notifications
from local_stack.demo.seed.generator import generate
from notification_models import Status

NOW_MS = 1_795_516_200_000
PLAN = create_sample_plan(NOW_MS)
NOTIFICATIONS = [each.last for each in generate(PLAN)]


def test_all_notifications_are_of_the_last_two_hours():
    times = [each.created_at for each in NOTIFICATIONS]

    assert len(times) == RECORDS
    assert NOW_MS - 2 * 3_600_000 < min(times) < max(times) < NOW_MS


def test_one_application_and_one_reason_have_by_far_the_most_failures():
    failures = [each for each in NOTIFICATIONS if each.status == Status.FAILED]

    (first, first_count), (_, second_count) = count_notifications(
        failures, ["ap_id", "error_msg"]
    ).most_common(2)

    assert first == ("mobile-app-002", "Provider certificate expired")
    assert first_count >= 5
    assert first_count >= 2 * second_count


def test_whatever_the_time_the_incident_stands_out():
    for minutes in range(0, 1440, 97):
        plan = create_sample_plan(NOW_MS + minutes * 60_000)
        (incident,) = plan.incidents

        failures = [each.last for each in generate(plan) if each.last.status == Status.FAILED]

        explained = sum(map(incident.explains, failures))
        reasons = Counter(each.error_msg for each in failures)
        assert reasons.most_common(1) == [(incident.reason, explained)]
        assert explained >= 5


def test_it_changes_no_answer_of_the_fixed_sample_records():
    for name in ("user_id", "marketing_id", "transaction_id"):
        fixed = {getattr(each, name) for each in SAMPLE_RECORDS} - {None}
        assert not fixed & {getattr(each, name) for each in NOTIFICATIONS}
