"""Both clients of the API, over the whole stack."""

import asyncio
import re
import uuid
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from local_stack.demo.sample_data import SAMPLE_RECORDS, write_records
from notification_client import (
    AsyncNotificationClient,
    InvalidCursorError,
    InvalidRequestError,
    NotFoundError,
    NotificationClient,
)
from notification_models import CommandRecord

README = Path(__file__).parents[3] / "client/README.md"
CREATED_AT = 1_704_067_200_000
"""2024-01-01 08:00 in Taipei, and 00:00 UTC."""


class Campaign:
    """Notifications of one user, of a campaign of this test alone."""

    def __init__(self, count):
        self.tag = uuid.uuid4().hex
        self.id = f"campaign-{self.tag}"
        self.user_id = f"使用者-{self.tag}"
        self.ap_ids = [f"app-{number}-{self.tag}" for number in range(4)]
        self.window = {"created_from": CREATED_AT, "created_to": CREATED_AT + count * 60_000}
        self.records = [self._make(number) for number in range(count)]

    def _make(self, number):
        return CommandRecord(
            transaction_id=f"tx-{number:03d}-{self.tag}",
            created_at=CREATED_AT + number * 60_000,
            user_id=self.user_id,
            notification_title="新年快樂 🎉",
            status=("SENT", "DELIVERED", "FAILED")[number % 3],
            platform=("IOS", "ANDROID")[number % 2],
            marketing_id=self.id,
            ap_id=self.ap_ids[number % 4],
            error_msg="Token expired" if number % 3 == 2 else None,
        )

    def count(self, **values):
        """Count the records that have these values."""
        return sum(
            all(getattr(each, name) == value for name, value in values.items())
            for each in self.records
        )


@pytest.fixture(scope="module")
def campaign(stack):
    campaign = Campaign(250)
    write_records(stack.aws.dynamodb, campaign.records)
    assert stack.event_source.wait_until_caught_up(60)
    return campaign


@pytest.fixture
def client(stack):
    with NotificationClient(stack.api_url, trust_env=False) as client:
        yield client


def read_numbers(notifications):
    return [int(each.transaction_id.split("-")[1]) for each in notifications]


def test_a_campaign_is_walked_through_newest_first(client, campaign):
    found = list(client.campaign(campaign.id))

    assert read_numbers(found) == list(range(249, -1, -1))
    assert {each.notification_title for each in found} == {"新年快樂 🎉"}


def test_the_stage_prefix_may_be_a_part_of_the_url(stack, campaign):
    with NotificationClient(f"{stack.api_url}/v1/", trust_env=False) as client:
        assert len(list(client.user(campaign.user_id))) == 250


def test_filters_of_several_values_and_any_case_are_applied(client, campaign):
    found = client.user(
        campaign.user_id,
        status=["failed", "Sent"],
        platform="ios",
        ap_id=campaign.ap_ids[:2],
        marketing_id=campaign.id,
    )

    assert read_numbers(found) == [
        number for number in range(249, -1, -1) if number % 3 != 1 and number % 4 == 0
    ]


def test_a_time_may_be_a_datetime_of_any_zone(client, campaign):
    ten_past = datetime(2024, 1, 1, 8, 10, tzinfo=ZoneInfo("Asia/Taipei"))

    found = client.campaign(
        campaign.id, created_from=ten_past, created_to=ten_past + timedelta(minutes=2)
    )

    assert read_numbers(found) == [11, 10]


def test_an_unknown_status_is_named_in_the_message(client, campaign):
    (page,) = client.campaign(campaign.id, status="unknown").pages()

    assert page.notifications == ()
    assert "DELIVERED" in page.message


def test_a_refused_filter_says_which_it_is_and_which_request_it_was(client):
    with pytest.raises(InvalidRequestError) as raised:
        list(client.campaign("c", status=["SENT"] * 11))

    assert [each.pointer for each in raised.value.errors] == ["/status"]
    assert raised.value.request_id


def test_an_invalid_cursor_is_an_error_of_its_own(client, campaign):
    with pytest.raises(InvalidCursorError) as raised:
        list(client.user(campaign.user_id).pages("made-up"))

    assert [each.pointer for each in raised.value.errors] == ["/cursor"]


def test_a_wrong_path_is_not_found(stack):
    with (
        NotificationClient(f"{stack.api_url}/v9", trust_env=False) as client,
        pytest.raises(NotFoundError, match=r"/openapi\.json"),
    ):
        list(client.user("u"))


def test_the_failures_of_a_transaction_are_found(client, campaign):
    failed, sent = campaign.records[2], campaign.records[0]

    (found,) = client.failures(failed.transaction_id)

    assert (found.error_msg, found.ap_id) == ("Token expired", failed.ap_id)
    assert list(client.failures(sent.transaction_id)) == []
    assert len(list(client.transaction(sent.transaction_id))) == 1


def test_the_latest_failures_are_found_without_an_id(client, campaign):
    found = list(client.failures(**campaign.window, ap_id=campaign.ap_ids))

    assert read_numbers(found) == [number for number in range(249, -1, -1) if number % 3 == 2]


def test_failures_of_more_than_a_month_are_refused(client):
    with pytest.raises(InvalidRequestError) as raised:
        list(client.failures(created_from=CREATED_AT, created_to=CREATED_AT + 32 * 86_400_000))

    assert [each.pointer for each in raised.value.errors] == ["/created_from"]


def test_a_summary_counts_what_the_pages_hold(client, campaign):
    summary = client.summarize_campaign(
        campaign.id, by=["status", "hour"], time_zone="Asia/Taipei", platform="IOS"
    )

    expected = Counter(
        (each.status, f"2024-01-01T{8 + number // 60:02d}:00+08:00")
        for number, each in enumerate(campaign.records)
        if each.platform == "IOS"
    )
    assert {(group.status, group.hour): group.count for group in summary.groups} == expected
    assert [group.count for group in summary.groups] == sorted(expected.values(), reverse=True)
    assert (summary.counted, summary.other, summary.is_complete) == (125, 0, True)
    assert summary.first_created_at == CREATED_AT
    assert summary.last_created_at == CREATED_AT + 248 * 60_000


def test_the_parts_of_a_summary_grow_to_the_whole(client, campaign):
    *parts, whole = client.summarize_user_in_parts(campaign.user_id, by=["day"])

    assert [part.is_complete for part in parts] == [False] * len(parts)
    assert whole == client.summarize_user(campaign.user_id, by=["day"])
    assert [(group.day, group.count) for group in whole.groups] == [("2024-01-01", 250)]


def test_failures_are_counted_by_application_and_reason(client, campaign):
    summary = client.summarize_failures(
        by=["ap_id", "error_msg"], **campaign.window, ap_id=campaign.ap_ids
    )

    assert {group.ap_id: group.count for group in summary.groups} == {
        ap_id: campaign.count(ap_id=ap_id, status="FAILED") for ap_id in campaign.ap_ids
    }
    assert {group.error_msg for group in summary.groups} == {"Token expired"}


def test_the_failures_of_a_transaction_are_counted(client, campaign):
    failed, sent = campaign.records[2], campaign.records[0]

    assert client.summarize_failures(failed.transaction_id).counted == 1
    assert client.summarize_failures(sent.transaction_id).counted == 0


def test_an_unknown_time_zone_is_refused(client):
    with pytest.raises(InvalidRequestError) as raised:
        client.summarize_campaign("c", time_zone="Asia/Atlantis")

    assert [each.pointer for each in raised.value.errors] == ["/time_zone"]


def test_the_asynchronous_client_counts_the_same(stack, client, campaign):
    async def count():
        async with AsyncNotificationClient(stack.api_url, trust_env=False) as other:
            return await other.summarize_campaign(campaign.id, by=["status"])

    assert asyncio.run(count()) == client.summarize_campaign(campaign.id, by=["status"])


def test_the_first_example_of_the_clients_readme_runs_on_the_stack(stack, capsys):
    write_records(stack.aws.dynamodb, SAMPLE_RECORDS)
    assert stack.event_source.wait_until_caught_up(60)
    text = README.read_text(encoding="utf-8").replace("http://127.0.0.1:8000", stack.api_url)
    example = re.findall(r"```python\n(.*?)```", text, re.DOTALL)[0]

    exec(example, {})  # noqa: S102 - our own text

    assert "DELIVERED 新年快樂" in capsys.readouterr().out


def test_the_asynchronous_client_finds_the_same(stack, client, campaign):
    async def find():
        async with AsyncNotificationClient(stack.api_url, trust_env=False) as other:
            return [each async for each in other.campaign(campaign.id, status="FAILED")]

    assert asyncio.run(find()) == list(client.campaign(campaign.id, status="FAILED"))


def test_many_queries_share_one_asynchronous_client(stack, campaign):
    async def find():
        async with AsyncNotificationClient(stack.api_url, trust_env=False) as other:

            async def count(record):
                return len([each async for each in other.transaction(record.transaction_id)])

            return await asyncio.gather(*map(count, campaign.records))

    assert asyncio.run(find()) == [1] * len(campaign.records)
