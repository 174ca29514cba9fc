import pytest

from notification_models import encode_row
from notification_models.schema import MARKETING_INDEX, TRANSACTION_INDEX
from query_api.dynamodb.partition import PartitionRead
from query_api.dynamodb.query_codec import decode_page, encode_query
from query_api.read_model.notification import encode_notification
from query_api.read_model.port import RowQuery, Selection


def encode(*, index=None, before_key=None, **selection):
    query = RowQuery(index=index, groups=(("p",),), selection=Selection(limit=10, **selection))
    return encode_query("rows", query, PartitionRead("p", before_key, 11))


def test_the_table_is_read_newest_first_without_tombstones():
    assert encode() == {
        "TableName": "rows",
        "KeyConditionExpression": "#partition = :partition",
        "FilterExpression": "attribute_not_exists(#deleted_at)",
        "ExpressionAttributeNames": {"#partition": "user_id", "#deleted_at": "deleted_at"},
        "ExpressionAttributeValues": {":partition": {"S": "p"}},
        "ScanIndexForward": False,
        "Limit": 11,
    }


@pytest.mark.parametrize(
    ("index", "name", "partition_key"),
    [
        (MARKETING_INDEX, "marketing_id-index", "marketing_shard"),
        (TRANSACTION_INDEX, "transaction_id-index", "transaction_id"),
    ],
)
def test_an_index_has_no_tombstones_and_is_read_without_a_filter(index, name, partition_key):
    request = encode(index=index)

    assert request["IndexName"] == name
    assert request["ExpressionAttributeNames"] == {"#partition": partition_key}
    assert "FilterExpression" not in request


@pytest.mark.parametrize(
    ("from_key", "before_key", "condition", "values", "limit"),
    [
        ("a", None, "#key >= :from", {":from": {"S": "a"}}, 11),
        (None, "z", "#key < :before", {":before": {"S": "z"}}, 11),
        (
            "a",
            "z",
            "#key BETWEEN :from AND :before",
            {":from": {"S": "a"}, ":before": {"S": "z"}},
            12,
        ),
    ],
)
def test_bounds_are_one_condition_on_the_sort_key(from_key, before_key, condition, values, limit):
    request = encode(from_key=from_key, before_key=before_key)

    assert request["KeyConditionExpression"] == f"#partition = :partition AND {condition}"
    assert request["ExpressionAttributeNames"]["#key"] == "notification_key"
    assert request["ExpressionAttributeValues"] == {":partition": {"S": "p"}} | values
    assert request["Limit"] == limit


def test_two_filters_of_one_attribute_both_apply():
    request = encode(
        index=TRANSACTION_INDEX,
        filters=(("status", ("SENT",)), ("ap_id", ("a",)), ("status", ("FAILED",))),
    )

    assert request["FilterExpression"] == (
        "#status = :filter0 AND #ap_id = :filter1 AND #status = :filter2"
    )
    assert request["ExpressionAttributeNames"] == {
        "#partition": "transaction_id",
        "#status": "status",
        "#ap_id": "ap_id",
    }
    assert request["ExpressionAttributeValues"] == {
        ":partition": {"S": "p"},
        ":filter0": {"S": "SENT"},
        ":filter1": {"S": "a"},
        ":filter2": {"S": "FAILED"},
    }


def test_a_filter_accepts_each_of_its_values():
    filters = (("status", ("SENT", "FAILED")), ("ap_id", ("a",)), ("platform", ("IOS", "FAX")))

    request = encode(index=TRANSACTION_INDEX, filters=filters)

    assert request["FilterExpression"] == (
        "#status IN (:filter0, :filter1) AND #ap_id = :filter2"
        " AND #platform IN (:filter3, :filter4)"
    )
    assert request["ExpressionAttributeValues"] == {
        ":partition": {"S": "p"},
        ":filter0": {"S": "SENT"},
        ":filter1": {"S": "FAILED"},
        ":filter2": {"S": "a"},
        ":filter3": {"S": "IOS"},
        ":filter4": {"S": "FAX"},
    }


def test_the_upper_bound_itself_is_dropped_from_the_response(make_row):
    rows = [make_row(created_at=created_at) for created_at in (3, 2, 1)]
    keys = [row.record.key.notification_key for row in rows]

    response = {"Items": [encode_row(row) for row in rows]}
    page = decode_page(response, PartitionRead("p", keys[0], 11))

    notifications = [encode_notification(row.record) for row in rows[1:]]
    assert page.rows == list(zip(keys[1:], notifications, strict=True))
    assert page.frontier is None


def test_the_frontier_is_the_last_evaluated_sort_key():
    last_key = {"user_id": {"S": "u"}, "notification_key": {"S": "b"}}

    page = decode_page({"Items": [], "LastEvaluatedKey": last_key}, PartitionRead("p", None, 11))

    assert page.frontier == "b"
