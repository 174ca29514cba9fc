from dataclasses import replace

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
    decode_notification_record,
    decode_row,
    decode_row_key,
    encode_command_record,
    encode_row,
    encode_row_key,
    find_status,
    project_item,
    to_milliseconds,
)
from notification_models.schema import NOTIFICATION_RECORDS
from notification_models.served_attributes import SERVED_ATTRIBUTES

KEY = {"transaction_id": "S", "created_at": "N", "user_id": "S"}
OPTIONAL = [name for name in SERVED_ATTRIBUTES if name not in KEY]
TEXTS = [name for name in OPTIONAL if SERVED_ATTRIBUTES[name] == str | None]
NUMBERS = [name for name in OPTIONAL if SERVED_ATTRIBUTES[name] == int | None]
TIMES = ["send_ts", "delivered_ts", "failed_ts"]
INDEX_KEYS = {index.partition_key.name for index in NOTIFICATION_RECORDS.indexes}
MAX_ITEM_BYTES = 400 * 1024
VERSION = "2026-11-23T00:00:00.000#0000000000000000000000000000000000000001"
ROW_ITEM = {
    "user_id": {"S": "test_user_001"},
    "notification_key": {"S": "1704067200000#tx_001"},
    "transaction_id": {"S": "tx_001"},
    "created_at": {"N": "1704067200000"},
    "source_created_at": {"N": "1704067200"},
    "notification_title": {"S": "新年快樂 🎉"},
    "status": {"S": "FAILED"},
    "failure_shard": {"S": "2024-01-01#7"},
    "platform": {"S": "IOS"},
    "marketing_id": {"S": "campaign_2024_new_year"},
    "marketing_shard": {"S": "campaign_2024_new_year#3"},
    "ap_id": {"S": "mobile-app-001"},
    "error_msg": {"S": "none"},
    "retry_cnt": {"N": "2"},
    "sns_id": {"S": "sns-1"},
    "send_ts": {"N": "1704067200100"},
    "delivered_ts": {"N": "1704067200200"},
    "failed_ts": {"N": "1704067200300"},
    "version": {"S": VERSION},
}
ROW = Row(
    record=NotificationRecord(
        user_id="test_user_001",
        transaction_id="tx_001",
        created_at=1_704_067_200_000,
        source_created_at=1_704_067_200,
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
    ),
    version=VERSION,
)
MINIMAL_ITEM = {
    "user_id": {"S": "u"},
    "notification_key": {"S": "0000000000000#t"},
    "transaction_id": {"S": "t"},
    "created_at": {"N": "0"},
    "version": {"S": VERSION},
}
MINIMAL_ROW = Row(NotificationRecord(user_id="u", transaction_id="t", created_at=0), VERSION)
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


@pytest.mark.parametrize(
    ("row", "item"), [(ROW, ROW_ITEM), (MINIMAL_ROW, MINIMAL_ITEM), (TOMBSTONE, TOMBSTONE_ITEM)]
)
def test_a_row_and_its_item(row, item):
    assert encode_row(row) == item
    assert decode_row(item) == row


@given(...)
def test_every_row_decodes_to_itself(row: Row):
    assert decode_row(encode_row(row)) == row
    assert decode_notification_record(encode_row(row)) == row.record


@given(...)
def test_every_tombstone_decodes_to_itself(tombstone: Tombstone):
    assert decode_row(encode_row(tombstone)) == tombstone


def test_a_projection_keeps_the_served_attributes_and_nothing_else(command_item):
    assert project_item(command_item) == replace(ROW.record, source_created_at=None)


@given(...)
def test_a_projection_keeps_what_no_rule_changes(command: CommandRecord):
    record = project_item(encode_command_record(command))

    kept = [name for name in OPTIONAL if name not in {"status", "platform", *TIMES}]
    assert [getattr(record, name) for name in kept] == [getattr(command, name) for name in kept]
    assert record.command_created_at == command.created_at
    assert record.created_at == to_milliseconds(command.created_at)


ATTRIBUTE_VALUES = st.recursive(
    st.sampled_from(
        [
            *(
                {"S": text}
                for text in ("x", "", "名" * 2000, "x" * 400_000, "\ud800", "fAILED", None)
            ),
            *(
                {"N": text}
                for text in ("1", "1.0", "1.5", "-1", "9" * 10, "9" * 11, "9" * 14, "", 1)
            ),
            *(
                {"NULL": True},
                {"BOOL": True},
                {"B": "AA=="},
                {"SS": ["x"]},
                {},
                None,
                "S",
                ["S"],
                5,
            ),
        ]
    ),
    lambda values: (
        st.builds(lambda each: {"L": each}, st.lists(values, max_size=3))
        | st.builds(
            lambda each: {"M": each}, st.dictionaries(st.text(max_size=3), values, max_size=3)
        )
    ),
    max_leaves=6,
)


def measure_item(item):
    """Return the size of an item, as DynamoDB counts it or more."""
    return sum(len(name.encode()) + len(str(value).encode()) for name, value in item.items())


@given(
    item=st.builds(encode_command_record, st.from_type(CommandRecord)),
    changes=st.dictionaries(st.sampled_from(OPTIONAL), ATTRIBUTE_VALUES),
    user_id=st.sampled_from(["u", "é" * 1024]),
    transaction_id=st.sampled_from(["t", "é" * 505]),
)
def test_every_item_with_a_usable_key_has_a_row_that_fits(item, changes, user_id, transaction_id):
    key = {"user_id": {"S": user_id}, "transaction_id": {"S": transaction_id}}

    row = Row(project_item(item | changes | key), VERSION)

    encoded = encode_row(row)
    assert measure_item(encoded) < MAX_ITEM_BYTES
    assert decode_row(encoded) == row


@given(
    item=st.builds(encode_command_record, st.from_type(CommandRecord)),
    changes=st.dictionaries(st.sampled_from(list(KEY)), ATTRIBUTE_VALUES),
    removed=st.sets(st.sampled_from(list(KEY)), max_size=1),
)
def test_every_item_is_projected_or_poison(item, changes, removed):
    damaged = {name: value for name, value in (item | changes).items() if name not in removed}

    try:
        projected = project_item(damaged).key
    except InvalidRecordError as poison:
        projected = poison.attribute

    assert isinstance(projected, RowKey) or projected in KEY


@given(...)
def test_the_row_key_of_an_item_is_that_of_its_row(record: CommandRecord):
    item = encode_command_record(record)

    assert decode_row_key(item) == project_item(item).key


@given(
    item=st.builds(encode_command_record, st.from_type(CommandRecord)),
    changes=st.dictionaries(st.just("status"), ATTRIBUTE_VALUES),
)
def test_the_status_of_an_item_is_that_of_its_row(item, changes):
    assert find_status(item | changes) == project_item(item | changes).status


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


@given(...)
def test_the_index_of_failures_holds_failed_rows_and_no_others(row: Row):
    assert ("failure_shard" in encode_row(row)) == (row.record.status == "FAILED")


def test_unknown_attributes_are_ignored(command_item):
    without = project_item(command_item)

    command_item["campaign_owner"] = {"M": {"name": {"S": "x"}}}

    assert project_item(command_item) == without


@pytest.mark.parametrize("attribute", ["status", "platform"])
def test_an_unknown_status_or_platform_is_kept(command_item, attribute):
    command_item[attribute] = {"S": "Carrier-Pigeon"}

    assert getattr(project_item(command_item), attribute) == "Carrier-Pigeon"


@pytest.mark.parametrize(
    ("attribute", "text", "known"),
    [("status", "failed", "FAILED"), ("platform", "iOS", "IOS"), ("platform", "failed", "failed")],
)
def test_a_known_status_or_platform_is_kept_in_capitals(command_item, attribute, text, known):
    command_item[attribute] = {"S": text}

    assert getattr(project_item(command_item), attribute) == known


@pytest.mark.parametrize("attribute", OPTIONAL)
def test_only_the_attributes_of_the_key_are_required(command_item, attribute):
    del command_item[attribute]

    assert getattr(project_item(command_item), attribute) is None


@pytest.mark.parametrize("attribute", TEXTS)
def test_an_optional_text_of_another_type_keeps_its_content(command_item, attribute):
    command_item[attribute] = {"M": {"code": {"N": "410"}}}

    assert getattr(project_item(command_item), attribute) == '{"code":410}'


@pytest.mark.parametrize("attribute", TEXTS)
def test_an_optional_text_over_4_kib_is_cut(command_item, attribute):
    command_item[attribute] = {"S": "x" * 5000}

    assert getattr(project_item(command_item), attribute) == "x" * 4093 + "…"


@pytest.mark.parametrize("attribute", NUMBERS)
@pytest.mark.parametrize("value", [{"S": "1"}, {"NULL": True}, {"N": "-1"}, {"N": "1.5"}, None])
def test_an_unusable_optional_number_is_absent(command_item, attribute, value):
    command_item[attribute] = value

    assert getattr(project_item(command_item), attribute) is None


@pytest.mark.parametrize("attribute", TIMES)
def test_an_optional_time_in_seconds_is_kept_in_milliseconds(command_item, attribute):
    command_item[attribute] = {"N": "1704067200"}

    assert getattr(project_item(command_item), attribute) == 1_704_067_200_000


def test_a_record_in_seconds_has_a_row_in_milliseconds_that_names_the_seconds(command_item):
    command_item["created_at"] = {"N": "1704067200"}

    row = encode_row(Row(project_item(command_item), VERSION))

    assert row["created_at"] == {"N": "1704067200000"}
    assert row["source_created_at"] == {"N": "1704067200"}
    assert row["notification_key"] == {"S": "1704067200000#tx_001"}
    assert decode_row_key(command_item).notification_key == "1704067200000#tx_001"


@pytest.mark.parametrize("attribute", KEY)
def test_a_record_without_an_attribute_of_the_key_is_poison(command_item, attribute):
    del command_item[attribute]

    assert_poison(command_item, attribute, "is missing")


@pytest.mark.parametrize(
    "wrong", [{"BOOL": True}, {"NULL": True}, {"M": {}}, {"L": []}, {"B": b"x"}, {"SS": ["x"]}]
)
@pytest.mark.parametrize("attribute", KEY)
def test_a_key_attribute_of_the_wrong_type_is_poison(command_item, attribute, wrong):
    command_item[attribute] = wrong

    expected = "is not a number" if KEY[attribute] == "N" else "is not a string"
    assert_poison(command_item, attribute, expected)


@pytest.mark.parametrize(
    ("attribute", "text", "reason"),
    [
        ("transaction_id", "", "is empty"),
        ("user_id", "", "is empty"),
        ("transaction_id", "é" * 505 + "x", "is longer than 1010 bytes"),
        ("user_id", "é" * 1024 + "x", "is longer than 2048 bytes"),
        ("user_id", "\ud800", "is not valid Unicode"),
    ],
)
def test_a_text_that_no_key_can_hold_is_poison(command_item, attribute, text, reason):
    command_item[attribute] = {"S": text}

    assert_poison(command_item, attribute, reason)


def test_the_longest_texts_of_a_key_are_projected(command_item):
    command_item |= {"transaction_id": {"S": "é" * 505}, "user_id": {"S": "é" * 1024}}

    assert project_item(command_item).key.user_id == "é" * 1024


@pytest.mark.parametrize("number", ["10000000000", "10000000000000", "-1", "1.5"])
def test_a_time_that_no_key_can_hold_is_poison(command_item, number):
    command_item["created_at"] = {"N": number}

    with pytest.raises(InvalidRecordError) as caught:
        project_item(command_item)

    assert caught.value.attribute == "created_at"


def test_a_campaign_too_long_for_its_index_is_served_and_in_no_index(command_item):
    command_item["marketing_id"] = {"S": "x" * 2047}

    row = encode_row(Row(project_item(command_item), VERSION))

    assert row["marketing_id"] == {"S": "x" * 2047}
    assert "marketing_shard" not in row


def assert_poison(item, attribute, reason):
    for decode in (project_item, decode_row_key):
        with pytest.raises(InvalidRecordError) as caught:
            decode(item)
        assert (caught.value.attribute, caught.value.reason) == (attribute, reason)


def test_an_error_shows_no_value(command_item):
    command_item["user_id"] = {"S": "canary" * 1000}

    with pytest.raises(InvalidRecordError) as caught:
        project_item(command_item)

    assert "canary" not in str(caught.value)


def test_the_repr_of_a_record_shows_neither_token_nor_payload(command_record):
    assert "canary" not in repr(command_record)
