import pytest

from trials.checker.expected.oracle import find_key, find_row

SOURCE = {
    "transaction_id": {"S": "t"},
    "created_at": {"N": "1577836800123"},
    "user_id": {"S": "anna"},
}
ROW = {
    "user_id": {"S": "anna"},
    "notification_key": {"S": "1577836800123#t"},
    "transaction_id": {"S": "t"},
    "created_at": {"N": "1577836800123"},
}


def test_only_the_key_is_required():
    assert find_row(SOURCE) == ROW


def test_a_time_in_seconds_is_served_in_milliseconds():
    row = find_row({**SOURCE, "created_at": {"N": "1577836800"}})

    assert row["notification_key"] == {"S": "1577836800000#t"}
    assert row["created_at"] == {"N": "1577836800000"}
    assert row["source_created_at"] == {"N": "1577836800"}


@pytest.mark.parametrize(
    ("attribute", "value", "served"),
    [
        ("status", {"S": "Bounced"}, {"S": "Bounced"}),
        ("platform", {"S": "ios"}, {"S": "IOS"}),
        ("error_msg", {"N": "12.50"}, {"S": "12.50"}),
        ("error_msg", {"BOOL": False}, {"S": "false"}),
        ("error_msg", {"M": {"b": {"NULL": True}, "a": {"N": "1"}}}, {"S": '{"a":1,"b":null}'}),
        ("error_msg", {"L": [{"S": '"用'}]}, {"S": r'["\"用"]'}),
        ("error_msg", {"S": "x" * 4097}, {"S": "x" * 4093 + "…"}),
        ("error_msg", {"S": "用" * 1366}, {"S": "用" * 1364 + "…"}),
        ("send_ts", {"N": "1577836800"}, {"N": "1577836800000"}),
        ("retry_cnt", {"N": "3"}, {"N": "3"}),
    ],
)
def test_attributes_are_served_in_their_own_type(attribute, value, served):
    assert find_row({**SOURCE, attribute: value}) == {**ROW, attribute: served}


@pytest.mark.parametrize(
    ("created_at", "day"),
    [
        ("1577836799999", "2019-12-31"),
        ("1577836800000", "2020-01-01"),
        ("1577836799", "2019-12-31"),
        ("0", "1970-01-01"),
        ("9999999999999", "2286-11-20"),
    ],
)
def test_a_failure_is_in_a_shard_of_its_day(created_at, day):
    row = find_row({**SOURCE, "created_at": {"N": created_at}, "status": {"S": "failed"}})

    assert row["status"] == {"S": "FAILED"}
    assert row["failure_shard"] == {"S": f"{day}#0"}


@pytest.mark.parametrize("value", [{"NULL": True}, {"S": ""}, {"B": "AA=="}, {"SS": ["a"]}])
def test_what_is_no_text_is_absent(value):
    assert find_row({**SOURCE, "notification_title": value}) == ROW


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("user_id", {"S": ""}),
        ("user_id", {"N": "1"}),
        ("user_id", {"S": "x" * 2049}),
        ("transaction_id", {"S": "x" * 1011}),
        ("created_at", {"N": "1.5"}),
        ("created_at", {"N": "15778368001234"}),
    ],
)
def test_a_record_without_a_key_for_its_row_is_poison(attribute, value):
    assert find_key({**SOURCE, attribute: value}) is None
