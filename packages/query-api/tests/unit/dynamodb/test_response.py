import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notification_models import InvalidRecordError, NotificationRecord, Row, encode_row
from notification_models.values import MAX_CREATED_AT_MS
from query_api.dynamodb.paging import PartitionRead
from query_api.dynamodb.response import decode_response
from query_api.exceptions import UnavailableError
from query_api.read_model.notification import encode_notification

READ = PartitionRead("u", before_key=None, limit=10)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
RECORDS = st.builds(
    NotificationRecord,
    user_id=TEXTS,
    transaction_id=TEXTS,
    created_at=st.integers(0, MAX_CREATED_AT_MS),
    notification_title=TEXTS,
    status=TEXTS,
    platform=TEXTS,
    marketing_id=st.none() | TEXTS,
    ap_id=st.none() | TEXTS,
    error_msg=st.none() | TEXTS,
)


def encode_response(*items, **others):
    return json.dumps({"Items": items, "Count": len(items), **others}).encode()


@given(records=st.lists(RECORDS, max_size=4))
def test_rows_of_the_processor_are_decoded(records):
    items = [encode_row(Row(record=record, version="1")) for record in records]

    page = decode_response(encode_response(*items), READ)

    expected = [(each.key.notification_key, encode_notification(each)) for each in records]
    assert page.rows == expected
    assert page.frontier is None


@pytest.fixture
def item(make_row):
    return encode_row(make_row())


@pytest.mark.parametrize("value", [{"NULL": True}, {"S": ""}, {"N": "5"}])
def test_an_unusable_optional_attribute_is_absent(item, value):
    item["ap_id"] = value

    ((_, row),) = decode_response(encode_response(item), READ).rows

    assert row.ap_id is None
    assert row.marketing_id is not None


def test_attributes_that_are_not_served_may_have_any_type(item):
    item |= {"added_later": {"L": [{"M": {}}, {"BOOL": True}]}, "version": {"B": "AA=="}}

    ((_, row),) = decode_response(encode_response(item), READ).rows

    assert row.user_id == item["user_id"]["S"]


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("user_id", {"S": ""}),
        ("status", {"N": "5"}),
        ("created_at", {"S": "5"}),
        ("created_at", {"N": "-1"}),
        ("created_at", {"N": "1.5"}),
        ("created_at", {"N": "1E+40"}),
    ],
)
def test_a_row_that_the_processor_cannot_have_written_is_an_error(item, attribute, value):
    item[attribute] = value

    with pytest.raises(InvalidRecordError):
        decode_response(encode_response(item), READ)


@pytest.mark.parametrize("number", ["5.0", "5E0", "0005"])
def test_a_number_is_decoded_in_every_notation(item, number):
    item["created_at"] = {"N": number}

    ((_, row),) = decode_response(encode_response(item), READ).rows

    assert row.created_at == 5


def test_the_last_evaluated_key_is_the_frontier(item):
    last_key = {"user_id": {"S": "u"}, "notification_key": {"S": "0000000000001#tx"}}

    page = decode_response(encode_response(item, LastEvaluatedKey=last_key), READ)

    assert page.frontier == "0000000000001#tx"


def test_the_upper_bound_itself_is_left_out(item):
    read = PartitionRead("u", before_key=item["notification_key"]["S"], limit=10)

    assert decode_response(encode_response(item), read).rows == []


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"Items": [', b"\xff"])
def test_a_malformed_response_is_unavailable(body):
    with pytest.raises(UnavailableError):
        decode_response(body, READ)
