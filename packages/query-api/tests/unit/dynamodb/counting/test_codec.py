import json

import pytest

from aws_client import ConnectionFailedError, UnavailableError
from notification_models import encode_row
from query_api.dynamodb.counting.codec import CountCodec
from query_api.dynamodb.counting.plan import CountRead
from query_api.read_model.port import CountQuery, Selection, UnreadableRow
from query_api.read_model.queries import marketing_query, user_query

USER_ID = "test_user_001"
READ = CountRead(USER_ID, None)
KEY = "1704067200000#tx_001"


@pytest.fixture
def make_codec():
    def make(*by, time_zone="UTC", **selection):
        rows = user_query(USER_ID, Selection(limit=1, **selection))
        return CountCodec("rows", CountQuery(rows=rows, by=by, time_zone=time_zone))

    return make


@pytest.fixture
def item(make_row):
    return encode_row(make_row())


def encode(*items, **others):
    return json.dumps({"Items": items, "Count": len(items), **others}).encode()


def test_a_read_asks_only_for_what_is_counted_and_for_whole_pages(make_codec):
    request = make_codec("status", "hour").encode(READ)

    assert request == {
        "TableName": "rows",
        "KeyConditionExpression": "#partition = :partition",
        "FilterExpression": "attribute_not_exists(#deleted_at)",
        "ProjectionExpression": "#partition, #key, #status",
        "ExpressionAttributeNames": {
            "#partition": "user_id",
            "#key": "notification_key",
            "#status": "status",
            "#deleted_at": "deleted_at",
        },
        "ExpressionAttributeValues": {":partition": {"S": USER_ID}},
        "ScanIndexForward": False,
    }


def test_a_read_of_an_index_has_the_bounds_and_filters_of_the_query():
    selection = Selection(limit=1, from_key="1", filters=(("ap_id", ("a", "b")),))
    query = CountQuery(rows=marketing_query("c", selection), by=("ap_id",), time_zone="UTC")

    request = CountCodec("rows", query).encode(CountRead("c#0", "2"))

    assert request["IndexName"] == "marketing_id-index"
    assert request["KeyConditionExpression"].endswith("#key BETWEEN :from AND :before")
    assert request["FilterExpression"] == "#ap_id IN (:filter0, :filter1)"
    assert request["ProjectionExpression"] == "#partition, #key, #ap_id"
    assert request["ExpressionAttributeNames"]["#partition"] == "marketing_shard"


def test_rows_are_grouped_by_their_values_in_the_order_of_by(make_codec, item):
    codec = make_codec("day", "ap_id", "error_msg", time_zone="Asia/Taipei")

    page = codec.decode(encode(item), READ)

    assert (page.keys, page.groups) == ([KEY], [("2024-01-01", "mobile-app-001", None)])
    assert page.frontier is None


def test_a_page_ends_at_its_last_key(make_codec, item):
    last = {"user_id": {"S": USER_ID}, "notification_key": {"S": "1#a"}}

    page = make_codec().decode(encode(item, LastEvaluatedKey=last), READ)

    assert (page.groups, page.frontier) == ([()], "1#a")


def test_the_row_at_the_upper_bound_is_no_part_of_the_page(make_codec, item):
    page = make_codec("status").decode(encode(item), CountRead(USER_ID, KEY))

    assert (page.keys, page.groups) == ([], [])


@pytest.mark.parametrize("value", [{"NULL": True}, {"S": ""}, {"N": "5"}])
def test_an_attribute_that_is_no_text_is_absent_as_in_pages(make_codec, item, value):
    page = make_codec("status").decode(encode({**item, "status": value}, item), READ)

    assert page.groups == [(None,), ("SENT",)]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            {"notification_key": {"S": "x#y"}},
            ("notification_key", "is not {created_at}#{transaction_id}"),
        ),
        ({"status": "SENT"}, ("status", "is not an attribute value")),
    ],
)
def test_a_row_that_cannot_be_read_is_left_out_at_its_place(make_codec, item, change, fault):
    broken = {**item, **change}

    page = make_codec("status").decode(encode(item, broken), READ)

    assert (page.keys, page.groups) == ([KEY], [("SENT",)])
    assert page.unreadable == [(broken["notification_key"]["S"], UnreadableRow(*fault))]


def test_a_row_without_a_key_is_left_out_without_a_place(make_codec, item):
    keyless = {**item, "notification_key": {"N": "1"}}

    page = make_codec().decode(encode(keyless, item), READ)

    assert page.groups == [()]
    assert page.without_key == [UnreadableRow("notification_key", "is not a string")]


@pytest.mark.parametrize("broken", [{}, {"status": "SENT"}])
def test_a_row_of_another_partition_is_refused(make_codec, item, broken):
    foreign = {**item, "user_id": {"S": "somebody else"}, **broken}

    with pytest.raises(ConnectionFailedError, match="RowsOfAnotherQuery"):
        make_codec("status").decode(encode(item, foreign), READ)


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"Items": null}', b"{}", b"[" * 100_000])
def test_a_body_that_is_no_response_to_a_query_is_unavailable(make_codec, body):
    with pytest.raises(UnavailableError):
        make_codec("status").decode(body, READ)
