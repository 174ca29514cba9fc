import pytest

from stream_processor.stream.change_identity import ChangeIdentity, identify_change

VERSION = "2026-11-23T09:00:00.000#" + "7".zfill(40)


def test_a_change_is_identified_by_key_users_version_and_event(make_record, make_item):
    record = make_record(7, old=make_item(user_id="a"), new=make_item(user_id="b"))

    assert identify_change(record) == ChangeIdentity(
        "tx_001", "1704067200000", ("a", "b"), VERSION, "MODIFY"
    )


def test_a_user_of_both_images_is_named_once(make_record, make_item):
    record = make_record(7, old=make_item(), new=make_item(status="FAILED"))

    assert identify_change(record).user_ids == ("test_user_001",)


@pytest.mark.parametrize(
    "user_id", [None, "text", {"S": ""}, {"N": "1"}, {"S": "x" * 2049}, {"S": "\ud800"}]
)
def test_a_user_that_no_row_can_have_is_left_out(make_record, make_item, user_id):
    record = make_record(7, old=make_item(user_id="a"), new=make_item())
    record["dynamodb"]["NewImage"]["user_id"] = user_id

    assert identify_change(record).user_ids == ("a",)


def test_the_key_is_read_from_an_image_if_it_stands_nowhere_else(make_record, make_item):
    record = make_record(7, new=make_item())
    del record["dynamodb"]["Keys"]

    identity = identify_change(record)

    assert (identity.transaction_id, identity.created_at) == ("tx_001", "1704067200000")


@pytest.mark.parametrize(
    "record",
    [
        None,
        "text",
        [],
        {"dynamodb": "text"},
        {"dynamodb": {"Keys": [], "NewImage": "text", "SequenceNumber": 7}},
        {"dynamodb": {"Keys": {"transaction_id": {"S": "x" * 2049}, "created_at": {"N": 5}}}},
        {"dynamodb": {"Keys": {"transaction_id": "tx_001"}}, "eventName": [], "eventSourceARN": 5},
    ],
)
def test_what_a_record_does_not_say_is_none(record):
    assert identify_change(record) == ChangeIdentity(None, None, (), None, None)


def test_the_text_form_shows_no_id(make_record, make_item):
    record = make_record(7, new=make_item(user_id="canary", transaction_id="canary-tx"))

    assert "canary" not in repr(identify_change(record))
