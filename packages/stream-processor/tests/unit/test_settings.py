from dataclasses import fields

import pytest

from stream_processor.exceptions import InvalidSettingError
from stream_processor.settings import Settings

URL = "https://sqs.ap-southeast-1.amazonaws.com/123456789012/notification-quarantine"


def test_every_setting_has_a_default():
    assert Settings.from_environment({}) == Settings(
        command_table_name="command-records",
        read_table_name="notification-records",
        quarantine_queue_url=None,
        on_failure_bucket=None,
        concurrency=50,
        ttl_deletes="delete",
        metrics_namespace="NotificationQueryService",
        metrics_by_ap="on",
        watched_ap_ids=None,
    )


def test_every_setting_can_be_set():
    environment = {
        "COMMAND_TABLE_NAME": "records",
        "READ_TABLE_NAME": "rows",
        "QUARANTINE_QUEUE_URL": URL,
        "FAILURES_BUCKET": "failures",
        "WRITE_CONCURRENCY": "4",
        "TTL_DELETES": "keep",
        "METRICS_NAMESPACE": "dev-metrics",
        "METRICS_BY_AP": "off",
        "WATCHED_AP_IDS": "web-portal-001, mobile-app-001,",
    }

    settings = Settings.from_environment(environment)

    assert settings == Settings(
        command_table_name="records",
        read_table_name="rows",
        quarantine_queue_url=URL,
        on_failure_bucket="failures",
        concurrency=4,
        ttl_deletes="keep",
        metrics_namespace="dev-metrics",
        metrics_by_ap="off",
        watched_ap_ids="web-portal-001, mobile-app-001,",
    )
    assert settings.keeps_expired
    assert settings.watched_aps == ["web-portal-001", "mobile-app-001"]


def test_no_ap_is_watched_by_default():
    assert Settings().watched_aps == []


def test_rows_of_expired_records_are_not_kept_by_default():
    assert not Settings().keeps_expired


def test_an_empty_variable_counts_as_not_set():
    variables = [each.metadata["variable"] for each in fields(Settings)]

    assert Settings.from_environment(dict.fromkeys(variables, "")) == Settings()


@pytest.mark.parametrize(
    ("environment", "setting"),
    [
        ({"WRITE_CONCURRENCY": "0"}, "WRITE_CONCURRENCY"),
        ({"WRITE_CONCURRENCY": "257"}, "WRITE_CONCURRENCY"),
        ({"WRITE_CONCURRENCY": "many"}, "WRITE_CONCURRENCY"),
        ({"TTL_DELETES": "Keep"}, "TTL_DELETES"),
        ({"METRICS_BY_AP": "no"}, "METRICS_BY_AP"),
    ],
)
def test_an_invalid_setting_is_named(environment, setting):
    with pytest.raises(InvalidSettingError) as caught:
        Settings.from_environment(environment)

    assert caught.value.setting == setting
    assert setting in str(caught.value)


def test_a_required_setting_is_returned():
    assert Settings(quarantine_queue_url=URL).require("quarantine_queue_url") == URL


@pytest.mark.parametrize(
    ("name", "setting"),
    [("quarantine_queue_url", "QUARANTINE_QUEUE_URL"), ("on_failure_bucket", "FAILURES_BUCKET")],
)
def test_a_missing_required_setting_is_named(name, setting):
    with pytest.raises(InvalidSettingError) as caught:
        Settings().require(name)

    assert caught.value.setting == setting
    assert setting in str(caught.value)
