import pytest
from hypothesis import strategies as st

from notification_models import (
    CommandRecord,
    NotificationRecord,
    Platform,
    Row,
    Status,
    Tombstone,
    encode_version,
)
from notification_models.served_attributes import SERVED_ATTRIBUTES

_MAX_CREATED_AT_MS = 9_999_999_999_999
_texts = st.text(min_size=1, max_size=40)
_timestamps_ms = st.integers(0, _MAX_CREATED_AT_MS)
_optional = st.none() | _texts
_statuses = st.sampled_from(Status) | _optional
_platforms = st.sampled_from(Platform) | _optional
# Senders may write times in seconds: up to the last one that a key can hold.
_times = st.integers(0, 9_999_999_999) | st.integers(10**11, _MAX_CREATED_AT_MS)
_labels = st.datetimes().map(lambda time: time.isoformat(timespec="milliseconds"))
_versions = st.builds(encode_version, _labels, st.integers(0, 10**40 - 1).map(str))

_by_type = {
    str: _texts,
    str | None: _optional,
    int: _timestamps_ms,
    int | None: st.none() | _timestamps_ms,
}
_served = {
    **{name: _by_type[type_] for name, type_ in SERVED_ATTRIBUTES.items()},
    "status": _statuses,
    "platform": _platforms,
}
_command_records = st.builds(
    CommandRecord, **_served | {"created_at": _times}, device_token=_optional, payload=_optional
)
_notification_records = st.builds(
    NotificationRecord, **_served, source_created_at=st.none() | st.integers(1, 9_999_999_999)
)
_rows = st.builds(Row, record=_notification_records, version=_versions)
_tombstones = st.builds(
    Tombstone,
    key=_notification_records.map(lambda record: record.key),
    version=_versions,
    deleted_at=_timestamps_ms,
    expires_at=_timestamps_ms,
)

st.register_type_strategy(CommandRecord, _command_records)
st.register_type_strategy(Row, _rows)
st.register_type_strategy(Tombstone, _tombstones)


@pytest.fixture
def command_record():
    return CommandRecord(
        transaction_id="tx_001",
        created_at=1_704_067_200_000,
        user_id="test_user_001",
        notification_title="新年快樂 🎉",
        status="FAILED",
        platform="IOS",
        marketing_id="campaign_2024_new_year",
        ap_id="mobile-app-001",
        error_msg="none",
        retry_cnt=2,
        sns_id="sns-1",
        send_ts=1_704_067_200_100,
        delivered_ts=1_704_067_200_200,
        failed_ts=1_704_067_200_300,
        device_token="canary-token",  # noqa: S106 - not a password
        payload='{"canary": true}',
    )


@pytest.fixture
def command_item():
    """The wire form of `command_record`."""
    return {
        "transaction_id": {"S": "tx_001"},
        "created_at": {"N": "1704067200000"},
        "user_id": {"S": "test_user_001"},
        "notification_title": {"S": "新年快樂 🎉"},
        "status": {"S": "FAILED"},
        "platform": {"S": "IOS"},
        "marketing_id": {"S": "campaign_2024_new_year"},
        "ap_id": {"S": "mobile-app-001"},
        "error_msg": {"S": "none"},
        "retry_cnt": {"N": "2"},
        "sns_id": {"S": "sns-1"},
        "send_ts": {"N": "1704067200100"},
        "delivered_ts": {"N": "1704067200200"},
        "failed_ts": {"N": "1704067200300"},
        "device_token": {"S": "canary-token"},
        "payload": {"S": '{"canary": true}'},
    }
