from collections import Counter

import pytest

from local_stack.demo.seed.expected_counts import count_notifications
from notification_client import Group, Summary
from notification_models import Status
from trials.seeded.comparison import find_differences
from trials.seeded.scenario import Expected, create_plan

EXPECTED = Expected(create_plan(200, 1, 1_795_521_600_000))


class FakeClient:
    """Counts the expected records; `spoil` changes the summary of one question."""

    def __init__(self, question=None, spoil=None):
        self.questions = Counter()
        self._question = question
        self._spoil = spoil

    def summarize_campaign(self, marketing_id, **options):
        return self._summarize("campaign", "marketing_id", marketing_id, **options)

    def summarize_user(self, user_id, **options):
        return self._summarize("user", "user_id", user_id, **options)

    def summarize_failures(self, *, created_from, created_to, **options):
        assert (created_from, created_to) == (EXPECTED.plan.from_ms, EXPECTED.plan.until_ms)
        return self._summarize("failures", "status", Status.FAILED, **options)

    def _summarize(self, question, name, value, *, by, time_zone):
        records = [each for each in EXPECTED.records if getattr(each, name) == value]
        self.questions[question] += 1
        counts = count_notifications(records, by, time_zone)
        if self._question == question:
            self._spoil(counts)
        times = [each.created_at for each in records]
        return Summary(
            groups=tuple(
                Group(**dict(zip(by, key, strict=True)), count=count)
                for key, count in counts.items()
            ),
            other=0,
            counted=counts.total(),
            first_created_at=min(times),
            last_created_at=max(times),
            messages=(),
            is_complete=True,
        )


def test_equal_counts_have_no_difference():
    client = FakeClient()

    assert list(find_differences(client, EXPECTED)) == []
    assert client.questions["failures"] > 1
    assert client.questions["campaign"] > 10
    assert client.questions["user"] == len({each.user_id for each in EXPECTED.records})


@pytest.mark.parametrize("question", ["failures", "campaign", "user"])
def test_one_notification_more_is_a_difference(question):
    def add_one(counts):
        counts[next(iter(counts))] += 1

    differences = list(find_differences(FakeClient(question, add_one), EXPECTED))

    assert differences
    assert all(each.startswith(question) for each in differences)


def test_a_notification_in_another_group_is_a_difference():
    def move_one(counts):
        if len(counts) > 1:
            first, second, *_ = counts
            counts[first] -= 1
            counts[second] += 1

    differences = list(find_differences(FakeClient("user", move_one), EXPECTED))

    assert differences
