import json
from datetime import date
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_client import UnavailableError
from notification_models import NotificationRecord, Row, encode_row
from notification_models.served_attributes import SERVED_ATTRIBUTES
from notification_models.values import MAX_CREATED_AT_MS
from query_api.dynamodb.partition import PartitionRead
from query_api.dynamodb.response import decode_response
from query_api.read_model.notification import Notification, encode_notification
from query_api.read_model.port import Selection, UnreadableRow
from query_api.read_model.queries import (
    latest_failures_query,
    marketing_query,
    transaction_query,
    user_query,
)

SELECTION = Selection(limit=10)
USER_ID = "test_user_001"
TRANSACTION_ID = "tx_001"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
TIMES = st.integers(0, MAX_CREATED_AT_MS)
RECORDS = st.builds(
    NotificationRecord,
    user_id=st.just(USER_ID),
    transaction_id=TEXTS,
    created_at=TIMES,
    **{
        name: st.none() | (TEXTS if type_ == str | None else TIMES)
        for name, type_ in SERVED_ATTRIBUTES.items()
        if name not in {"user_id", "transaction_id", "created_at"}
    },
)


def decode(body, query=None, before_key=None):
    query = query or user_query(USER_ID, SELECTION)
    shard = crc32(TRANSACTION_ID.encode()) % len(query.groups[0])
    return decode_response(body, query, PartitionRead(query.groups[0][shard], before_key, 11))


def encode_response(*items, **others):
    return json.dumps({"Items": items, "Count": len(items), **others}).encode()


@given(records=st.lists(RECORDS, max_size=4))
def test_rows_of_the_processor_are_decoded(records):
    items = [encode_row(Row(record=record, version="1")) for record in records]

    page = decode(encode_response(*items))

    expected = [(each.key.notification_key, encode_notification(each)) for each in records]
    assert page.rows == expected
    assert page.frontier is None


@pytest.fixture
def item(make_row):
    return encode_row(make_row(transaction_id=TRANSACTION_ID, status="FAILED"))


@pytest.mark.parametrize("value", [{"NULL": True}, {"S": ""}, {"N": "5"}])
def test_an_unusable_optional_attribute_is_absent(item, value):
    item["ap_id"] = value

    ((_, row),) = decode(encode_response(item)).rows

    assert row.ap_id is None
    assert row.marketing_id is not None


def test_attributes_that_are_not_served_may_have_any_type(item):
    item |= {"added_later": {"L": [{"M": {}}, {"BOOL": True}]}, "version": {"B": "AA=="}}

    ((_, row),) = decode(encode_response(item)).rows

    assert row.user_id == item["user_id"]["S"]


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("user_id", {"S": ""}),
        ("transaction_id", {"N": "5"}),
        ("user_id", None),
        ("user_id", "u"),
        ("notification_key", {"S": "0000000000005#"}),
        ("created_at", []),
        ("created_at", {"S": "5"}),
        ("created_at", {"N": "-1"}),
        ("created_at", {"N": "1.5"}),
        ("created_at", {"N": "1E+40"}),
    ],
)
def test_a_row_that_the_processor_cannot_have_written_is_left_out(item, attribute, value):
    bad = item | {attribute: value}

    (_, unreadable), (_, row) = decode(encode_response(bad, item)).rows

    assert isinstance(unreadable, UnreadableRow)
    assert unreadable.attribute == attribute
    assert isinstance(row, Notification)


def test_the_position_of_an_unreadable_row_is_its_key(item):
    item["notification_key"] = {"S": "no-notification-key"}

    rows = decode(encode_response(item)).rows

    reason = "is not {created_at}#{transaction_id}"
    assert rows == [("no-notification-key", UnreadableRow("notification_key", reason))]


@pytest.mark.parametrize("key", [{}, {"notification_key": {"N": "5"}}, {"notification_key": "k"}])
def test_a_row_without_a_key_has_no_position(item, key):
    del item["notification_key"]

    page = decode(encode_response(item | key))

    assert page.rows == []
    assert [each.attribute for each in page.without_key] == ["notification_key"]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["S", "N", "M", "L", "BOOL", "NULL", "x"]), inner, max_size=2
        )
    ),
    max_leaves=5,
)


@given(bad=st.dictionaries(st.sampled_from(sorted(SERVED_ATTRIBUTES)), values, min_size=1))
def test_no_attribute_of_a_row_spoils_its_neighbours(make_row, bad):
    bad.pop("user_id", None)  # a row of another user is an error
    item = encode_row(make_row())

    (_, first), _, (_, last) = decode(encode_response(item, item | bad, item)).rows

    assert first == last == encode_notification(make_row().record)


@pytest.mark.parametrize("number", ["5.0", "5E0", "0005"])
def test_a_number_is_decoded_in_every_notation(item, number):
    item["created_at"] = {"N": number}

    ((_, row),) = decode(encode_response(item)).rows

    assert row.created_at == 5


def test_the_last_evaluated_key_is_the_frontier(item):
    last_key = {"user_id": {"S": "u"}, "notification_key": {"S": "0000000000001#tx"}}

    page = decode(encode_response(item, LastEvaluatedKey=last_key))

    assert page.frontier == "0000000000001#tx"


def test_the_upper_bound_itself_is_left_out(item):
    key = item["notification_key"]["S"]

    assert decode(encode_response(item), before_key=key).rows == []


def of_key(last_key):
    return json.dumps({"Items": [], "LastEvaluatedKey": last_key}).encode()


DEEP = b"[" * 100_000
MALFORMED = [
    b"",
    b"<html>",
    b"null",
    b"[]",
    b"{}",
    b'{"Items": [',
    b'{"Items": null}',
    b'{"Items": 5}',
    b'{"Items": "rows"}',
    b'{"Items": {}}',
    b'{"Items": [null]}',
    b'{"Items": ["row"]}',
    of_key(None),
    of_key({}),
    of_key([]),
    of_key("0000000000001#tx"),
    of_key({"user_id": {"S": "u"}}),
    of_key({"notification_key": {"N": "1"}}),
    b"\xff",
    b'{"Items": [{"notification_key": {"S": "\xff"}}]}',
    b'{"Items": [{"notification_key": {"S": "k"}, "added_later": {"S": "\xff"}}]}',
    DEEP,
    b'{"Items": ' + DEEP,
    b'{"added_later": ' + DEEP,
]


@pytest.mark.parametrize("body", MALFORMED, ids=lambda body: repr(body[:60]))
def test_a_malformed_response_is_unavailable(body):
    with pytest.raises(UnavailableError):
        decode(body)


QUERIES = [
    user_query(USER_ID, SELECTION),
    transaction_query(TRANSACTION_ID, SELECTION),
    marketing_query("campaign_2024_new_year", SELECTION),
    latest_failures_query([date(2024, 1, 1)], SELECTION),
]
ANOTHER = {
    "user_id": "u2",
    "transaction_id": "tx_002",
    "marketing_id": "c2",
    "status": "FAILED",
    "created_at": 1_704_067_200_000 + 24 * 60 * 60 * 1000,
}


@pytest.mark.parametrize("query", QUERIES)
def test_the_rows_of_a_query_are_decoded(item, query):
    assert len(decode(encode_response(item), query).rows) == 1


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("ap_id", ["mobile-app-001", ""], ids=["usual row", "unusual row"])
def test_a_row_of_another_query_is_never_returned(make_row, query, ap_id):
    another = make_row(**ANOTHER)
    item = encode_row(another) | {"ap_id": {"S": ap_id}}

    with pytest.raises(UnavailableError):
        decode(encode_response(item), query)


@pytest.mark.parametrize("query", QUERIES)
def test_an_unreadable_row_of_another_query_is_not_counted(make_row, query):
    another = make_row(**ANOTHER)
    item = encode_row(another) | {"created_at": {"S": ""}}

    with pytest.raises(UnavailableError):
        decode(encode_response(item), query)


@pytest.mark.parametrize("query", QUERIES)
def test_an_unreadable_row_of_a_query_is_left_out(item, query):
    item["created_at"] = {"S": ""}

    ((_, row),) = decode(encode_response(item), query).rows

    assert row == UnreadableRow("created_at", "is not a number")


@pytest.mark.parametrize(
    "changes", [{"status": "SENT"}, {"status": None}, {"created_at": 1_704_067_199_999}]
)
@pytest.mark.parametrize("ap_id", ["mobile-app-001", ""], ids=["usual row", "unusual row"])
def test_a_row_that_is_no_failure_of_the_day_is_never_returned(make_row, changes, ap_id):
    row = make_row(**{"transaction_id": TRANSACTION_ID, "status": "FAILED"} | changes)
    item = encode_row(row) | {"ap_id": {"S": ap_id}}

    with pytest.raises(UnavailableError):
        decode(encode_response(item), QUERIES[3])


def test_a_row_without_a_campaign_is_not_of_a_campaign(make_row):
    item = encode_row(make_row(marketing_id=None))

    with pytest.raises(UnavailableError):
        decode(encode_response(item), QUERIES[2])
