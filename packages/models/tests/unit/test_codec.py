from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notification_models import (
    CommandRecord,
    InvalidRecordError,
    NotificationRecord,
    Row,
    RowKey,
    Tombstone,
    decode_command_record,
    decode_notification_record,
    decode_row,
    decode_row_key,
    encode_command_record,
    encode_row,
    encode_row_key,
    project_item,
)
from notification_models.schema import NOTIFICATION_RECORDS
from notification_models.served_attributes import SERVED_ATTRIBUTES

REQUIRED = {
    "transaction_id": "S",
    "created_at": "N",
    "user_id": "S",
    "notification_title": "S",
    "status": "S",
    "platform": "S",
}
INDEX_KEYS = {index.partition_key.name for index in NOTIFICATION_RECORDS.indexes}
VERSION = "2026-11-23T00:00:00.000#0000000000000000000000000000000000000001"
ROW_ITEM = {
    "user_id": {"S": "test_user_001"},
    "notification_key": {"S": "1704067200000#tx_001"},
    "transaction_id": {"S": "tx_001"},
    "created_at": {"N": "1704067200000"},
    "notification_title": {"S": "新年快樂 🎉"},
    "status": {"S": "DELIVERED"},
    "platform": {"S": "IOS"},
    "marketing_id": {"S": "campaign_2024_new_year"},
    "marketing_shard": {"S": "campaign_2024_new_year#3"},
    "ap_id": {"S": "mobile-app-001"},
    "error_msg": {"S": "none"},
    "version": {"S": VERSION},
}
ROW = Row(
    record=NotificationRecord(
        user_id="test_user_001",
        transaction_id="tx_001",
        created_at=1_704_067_200_000,
        notification_title="新年快樂 🎉",
        status="DELIVERED",
        platform="IOS",
        marketing_id="campaign_2024_new_year",
        ap_id="mobile-app-001",
        error_msg="none",
    ),
    version=VERSION,
)
TOMBSTONE_ITEM = {
    "user_id": {"S": "test_user_001"},
    "notification_key": {"S": "1704067200000#tx_001"},
    "version": {"S": VERSION},
    "deleted_at": {"N": "1704067201000"},
    "expires_at": {"N": "1704758401"},
}
TOMBSTONE = Tombstone(
    key=RowKey("test_user_001", "1704067200000#tx_001"),
    version=VERSION,
    deleted_at=1_704_067_201_000,
    expires_at=1_704_758_401,
)


def test_a_command_record_and_its_item(command_record, command_item):
    assert encode_command_record(command_record) == command_item
    assert decode_command_record(command_item) == command_record


@pytest.mark.parametrize(("row", "item"), [(ROW, ROW_ITEM), (TOMBSTONE, TOMBSTONE_ITEM)])
def test_a_row_and_its_item(row, item):
    assert encode_row(row) == item
    assert decode_row(item) == row


@given(...)
def test_every_command_record_decodes_to_itself(record: CommandRecord):
    assert decode_command_record(encode_command_record(record)) == record


@given(...)
def test_every_row_decodes_to_itself(row: Row):
    assert decode_row(encode_row(row)) == row
    assert decode_notification_record(encode_row(row)) == row.record


@given(...)
def test_every_tombstone_decodes_to_itself(tombstone: Tombstone):
    assert decode_row(encode_row(tombstone)) == tombstone


@given(...)
def test_a_projection_keeps_the_served_attributes_and_nothing_else(command: CommandRecord):
    projected = asdict(NotificationRecord.of(command))

    sent = asdict(command)
    del sent["device_token"], sent["payload"]
    assert projected == sent


WIRE_VALUES = st.sampled_from(
    [
        *({"S": text} for text in ("x", "", "名", None)),
        *({"N": text} for text in ("1", "1.0", "1.5", "-1", "9" * 13, "9" * 14, "", "x", 1)),
        {"NULL": True},
        {"M": {}},
    ]
)
TOO_LONG = [{name: {"S": "x" * 2049}} for name in ("transaction_id", "user_id", "marketing_id")]


@given(
    item=st.builds(encode_command_record, st.from_type(CommandRecord)),
    changes=st.dictionaries(st.sampled_from(list(SERVED_ATTRIBUTES)), WIRE_VALUES, max_size=2)
    | st.sampled_from(TOO_LONG),
    removed=st.sets(st.sampled_from(list(SERVED_ATTRIBUTES)), max_size=1),
)
def test_an_item_is_projected_as_its_record_is(item, changes, removed):
    def outcome(project):
        try:
            return project({name: item[name] for name in item if name not in removed} | changes)
        except InvalidRecordError as poison:
            return poison.attribute, poison.reason

    projected = outcome(project_item)

    assert projected == outcome(lambda each: NotificationRecord.of(decode_command_record(each)))


@given(...)
def test_the_row_key_of_an_item_is_that_of_its_record(record: CommandRecord):
    key = decode_row_key(encode_command_record(record))

    assert key.user_id == record.user_id
    assert key.notification_key == f"{record.created_at:013d}#{record.transaction_id}"


@given(...)
def test_a_tombstone_is_in_no_index(tombstone: Tombstone):
    item = encode_row(tombstone)

    assert item.keys().isdisjoint(INDEX_KEYS)
    assert NOTIFICATION_RECORDS.ttl_attribute in item


@given(...)
def test_the_primary_key_of_an_item_is_that_of_its_row(row: Row):
    item = encode_row(row)

    assert encode_row_key(row.key) == {
        key.name: item[key.name]
        for key in (NOTIFICATION_RECORDS.partition_key, NOTIFICATION_RECORDS.sort_key)
    }


def test_a_row_with_all_attributes_is_in_every_index():
    assert encode_row(ROW).keys() >= INDEX_KEYS


def test_a_row_without_a_campaign_is_not_in_the_campaign_index():
    item = {name: value for name, value in ROW_ITEM.items() if name != "marketing_id"}

    assert "marketing_shard" not in encode_row(decode_row(item))


def test_unknown_attributes_are_ignored(command_record, command_item):
    command_item["campaign_owner"] = {"M": {"name": {"S": "x"}}}

    assert decode_command_record(command_item) == command_record


@pytest.mark.parametrize("attribute", ["status", "platform"])
def test_an_unknown_status_or_platform_is_kept(command_item, attribute):
    command_item[attribute] = {"S": "Carrier-Pigeon"}

    record = decode_command_record(command_item)

    assert getattr(record, attribute) == "Carrier-Pigeon"
    assert encode_command_record(record)[attribute] == {"S": "Carrier-Pigeon"}


@pytest.mark.parametrize("attribute", REQUIRED)
def test_a_record_without_a_required_attribute_is_poison(command_item, attribute):
    del command_item[attribute]

    with pytest.raises(InvalidRecordError) as caught:
        decode_command_record(command_item)

    assert (caught.value.attribute, caught.value.reason) == (attribute, "is missing")


@pytest.mark.parametrize(
    "wrong", [{"BOOL": True}, {"NULL": True}, {"M": {}}, {"L": []}, {"B": b"x"}, {"SS": ["x"]}]
)
@pytest.mark.parametrize("attribute", REQUIRED)
def test_a_record_with_a_required_attribute_of_the_wrong_type_is_poison(
    command_item, attribute, wrong
):
    command_item[attribute] = wrong

    with pytest.raises(InvalidRecordError) as caught:
        decode_command_record(command_item)

    expected = "is not a number" if REQUIRED[attribute] == "N" else "is not a string"
    assert (caught.value.attribute, caught.value.reason) == (attribute, expected)


@pytest.mark.parametrize("attribute", [name for name, type_ in REQUIRED.items() if type_ == "S"])
def test_a_record_with_an_empty_required_attribute_is_poison(command_item, attribute):
    command_item[attribute] = {"S": ""}

    with pytest.raises(InvalidRecordError) as caught:
        decode_command_record(command_item)

    assert (caught.value.attribute, caught.value.reason) == (attribute, "is empty")


@pytest.mark.parametrize(
    ("attribute", "limit"), [("transaction_id", 1010), ("user_id", 2048), ("marketing_id", 2046)]
)
def test_an_identifier_too_long_for_its_key_is_poison(command_item, attribute, limit):
    command_item[attribute] = {"S": "é" * (limit // 2)}
    fits = decode_command_record(command_item)
    command_item[attribute] = {"S": "é" * (limit // 2) + "x"}

    with pytest.raises(InvalidRecordError) as caught:
        decode_command_record(command_item)

    assert len(getattr(fits, attribute).encode()) == limit
    assert (caught.value.attribute, caught.value.reason) == (
        attribute,
        f"is longer than {limit} bytes",
    )


@pytest.mark.parametrize(
    "attribute", ["marketing_id", "ap_id", "error_msg", "device_token", "payload"]
)
@pytest.mark.parametrize("value", [{"S": ""}, {"NULL": True}, {"N": "1"}, {"M": {}}])
def test_an_unusable_optional_attribute_counts_as_absent(command_item, attribute, value):
    command_item[attribute] = value

    assert getattr(decode_command_record(command_item), attribute) is None


@pytest.mark.parametrize("attribute", ["notification_title", "status", "platform"])
def test_a_record_that_is_poison_in_another_attribute_has_a_row_key(command_item, attribute):
    del command_item[attribute]

    assert decode_row_key(command_item) == RowKey("test_user_001", "1704067200000#tx_001")


@pytest.mark.parametrize("attribute", ["transaction_id", "created_at", "user_id"])
def test_a_row_key_needs_all_three_of_its_attributes(command_item, attribute):
    del command_item[attribute]

    with pytest.raises(InvalidRecordError) as caught:
        decode_row_key(command_item)

    assert caught.value.attribute == attribute


def test_an_error_shows_no_value(command_item):
    command_item["user_id"] = {"S": "canary" * 1000}

    with pytest.raises(InvalidRecordError) as caught:
        decode_command_record(command_item)

    assert "canary" not in str(caught.value)


def test_the_repr_of_a_record_shows_neither_token_nor_payload(command_record):
    assert "canary" not in repr(command_record)
