import pytest

from stream_processor.exceptions import InvalidSettingError
from stream_processor.settings import OperationSettings, Settings

URL = "https://sqs.ap-southeast-1.amazonaws.com/123456789012/notification-quarantine"


def test_only_the_quarantine_must_be_named():
    assert Settings.from_environment({"QUARANTINE_QUEUE_URL": URL}) == Settings(
        quarantine_queue_url=URL,
        read_table_name="notification-records",
        write_concurrency=32,
        keeps_expired=False,
    )


def test_every_setting_can_be_set():
    environment = {
        "QUARANTINE_QUEUE_URL": URL,
        "READ_TABLE_NAME": "rows",
        "WRITE_CONCURRENCY": "32",
        "TTL_DELETES": "keep",
    }

    assert Settings.from_environment(environment) == Settings(
        quarantine_queue_url=URL,
        read_table_name="rows",
        write_concurrency=32,
        keeps_expired=True,
    )


def test_the_tools_need_no_setting():
    assert OperationSettings.from_environment({}) == OperationSettings(
        command_table_name="command-records",
        read_table_name="notification-records",
        quarantine_queue_url=None,
        failures_bucket=None,
        concurrency=32,
        keeps_expired=False,
    )


def test_every_setting_of_the_tools_can_be_set():
    environment = {
        "COMMAND_TABLE_NAME": "records",
        "READ_TABLE_NAME": "rows",
        "QUARANTINE_QUEUE_URL": URL,
        "FAILURES_BUCKET": "failures",
        "WRITE_CONCURRENCY": "4",
        "TTL_DELETES": "keep",
    }

    assert OperationSettings.from_environment(environment) == OperationSettings(
        command_table_name="records",
        read_table_name="rows",
        quarantine_queue_url=URL,
        failures_bucket="failures",
        concurrency=4,
        keeps_expired=True,
    )


@pytest.mark.parametrize(
    ("environment", "setting"),
    [
        ({}, "QUARANTINE_QUEUE_URL"),
        ({"QUARANTINE_QUEUE_URL": ""}, "QUARANTINE_QUEUE_URL"),
        ({"QUARANTINE_QUEUE_URL": URL, "WRITE_CONCURRENCY": "0"}, "WRITE_CONCURRENCY"),
        ({"QUARANTINE_QUEUE_URL": URL, "WRITE_CONCURRENCY": "257"}, "WRITE_CONCURRENCY"),
        ({"QUARANTINE_QUEUE_URL": URL, "WRITE_CONCURRENCY": "many"}, "WRITE_CONCURRENCY"),
        ({"QUARANTINE_QUEUE_URL": URL, "TTL_DELETES": "Keep"}, "TTL_DELETES"),
    ],
)
def test_a_setting_that_is_not_usable_is_named(environment, setting):
    with pytest.raises(InvalidSettingError) as caught:
        Settings.from_environment(environment)

    assert caught.value.setting == setting
    assert setting in str(caught.value)
