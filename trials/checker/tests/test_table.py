import random

import pytest

from aws_client import ConditionFailedError, InvalidRequestError
from trials.checker.aws.table import KeyNames, Table


def key(number):
    return {"user": {"S": f"user-{number}"}, "time": {"S": "1"}}


@pytest.fixture
def clock():
    return [0]


@pytest.fixture
def table(clock):
    return Table(
        KeyNames("user", "time"),
        {"by-tag": KeyNames("tag", "time")},
        random.Random(1),
        lambda: clock[0],
        lambda *_: None,
    )


def put(table, number, tag, **request):
    table.put_item({"Item": {**key(number), "tag": {"S": tag}}, **request})


def find_tagged(table, tag):
    request = {
        "IndexName": "by-tag",
        "KeyConditionExpression": "tag = :tag",
        "ExpressionAttributeValues": {":tag": {"S": tag}},
    }
    return table.query(request)["Items"]


def scan_all(table, segment, total):
    start, items = None, []
    while True:
        request = {"Segment": segment, "TotalSegments": total, "ConsistentRead": True}
        page = table.scan(request | ({"ExclusiveStartKey": start} if start else {}))
        items += page["Items"]
        start = page.get("LastEvaluatedKey")
        if start is None:
            return items


def test_a_write_whose_condition_fails_changes_nothing(table):
    put(table, 1, "old")

    with pytest.raises(ConditionFailedError):
        put(table, 1, "new", ConditionExpression="attribute_not_exists(tag)")

    assert table.read_one(key(1), is_consistent=True)["tag"] == {"S": "old"}


def test_a_key_that_is_too_long_is_invalid(table):
    with pytest.raises(InvalidRequestError):
        put(table, "x" * 2048, "tag")


def test_an_index_lags_until_it_has_caught_up(table):
    for number in range(20):
        put(table, number, "tag")

    assert len(find_tagged(table, "tag")) < 4

    table.catch_up()

    assert find_tagged(table, "tag")


def test_an_eventually_consistent_read_may_be_a_second_old(table, clock):
    put(table, 1, "old")
    clock[0] += 2000
    put(table, 1, "new")

    seen = {table.read_one(key(1), is_consistent=False)["tag"]["S"] for _ in range(50)}
    clock[0] += 2000
    settled = {table.read_one(key(1), is_consistent=False)["tag"]["S"] for _ in range(50)}

    assert seen == {"old", "new"}
    assert settled == {"new"}


def test_the_segments_of_a_scan_hold_each_item_once(table):
    for number in range(50):
        put(table, number, "tag")

    scanned = [item["user"]["S"] for segment in range(3) for item in scan_all(table, segment, 3)]

    assert sorted(scanned) == sorted(f"user-{number}" for number in range(50))
