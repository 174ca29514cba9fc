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
_statuses = st.sampled_from(Status) | _texts
_platforms = st.sampled_from(Platform) | _texts
_versions = st.builds(encode_version, _texts, st.integers(0, 10**40 - 1).map(str))

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
_command_records = st.builds(CommandRecord, **_served, device_token=_optional, payload=_optional)
_notification_records = st.builds(NotificationRecord, **_served)
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
        status="DELIVERED",
        platform="IOS",
        marketing_id="campaign_2024_new_year",
        ap_id="mobile-app-001",
        error_msg="none",
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
        "status": {"S": "DELIVERED"},
        "platform": {"S": "IOS"},
        "marketing_id": {"S": "campaign_2024_new_year"},
        "ap_id": {"S": "mobile-app-001"},
        "error_msg": {"S": "none"},
        "device_token": {"S": "canary-token"},
        "payload": {"S": '{"canary": true}'},
    }
