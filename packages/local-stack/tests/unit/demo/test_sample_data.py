from collections import Counter

from local_stack.demo.sample_data import NEW_YEAR_CAMPAIGN, SAMPLE_RECORDS
from notification_models import Platform, Status, encode_command_record, project_item


def test_the_records_have_every_status_and_platform():
    assert {record.status for record in SAMPLE_RECORDS} == set(Status)
    assert {record.platform for record in SAMPLE_RECORDS} == set(Platform)


def test_the_records_have_three_applications_and_one_has_none():
    assert {record.ap_id for record in SAMPLE_RECORDS} == {
        "mobile-app-001",
        "web-portal-001",
        "mobile-app-002",
        None,
    }


def test_transaction_ids_are_unique():
    assert max(Counter(record.transaction_id for record in SAMPLE_RECORDS).values()) == 1


def test_the_second_transaction_failed_with_an_error_message():
    (record,) = [each for each in SAMPLE_RECORDS if each.transaction_id == "tx_002"]

    assert record.status == Status.FAILED
    assert record.error_msg


def test_one_user_has_two_notifications_in_one_millisecond():
    times = Counter((record.user_id, record.created_at) for record in SAMPLE_RECORDS)

    assert max(times.values()) == 2


def test_titles_are_in_several_scripts():
    titles = "".join(record.notification_title or "" for record in SAMPLE_RECORDS)

    assert "新年快樂" in titles
    assert "明けまして" in titles
    assert "🎉" in titles


def test_the_campaign_fits_one_page_and_reached_several_users():
    users = {each.user_id for each in SAMPLE_RECORDS if each.marketing_id == NEW_YEAR_CAMPAIGN}

    assert 1 < len(users) <= 10


def test_one_notification_is_a_silent_push_in_seconds():
    (record,) = [each for each in SAMPLE_RECORDS if each.notification_title is None]

    assert project_item(encode_command_record(record)).source_created_at == record.created_at
