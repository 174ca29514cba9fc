"""Both tables over a server with faults."""

import json

import pytest

from notification_models import NotificationRecord, Row, RowKey, encode_row
from stream_processor.exceptions import (
    InvalidReadError,
    InvalidRowError,
    ReadModelWriteError,
    TableReadError,
)
from stream_processor.tables.read_model_table import DynamoDBReadModelTable
from stream_processor.tables.table_reader import Segment
from testing.fault_server import reset, respond, send_and_close, stay_silent

TABLE = "rows"
ATTEMPTS = 3  # of the clients of `connect`
WHOLE = Segment(0, 1)


def make_row(number):
    record = NotificationRecord(
        user_id=f"user_{number}",
        transaction_id="tx_001",
        created_at=1_704_067_200_000,
        notification_title="title",
        status="SENT",
        platform="IOS",
    )
    return Row(record=record, version="0")


ITEMS = [encode_row(make_row(number)) for number in range(3)]
KEYS = [make_row(number).key for number in range(3)]


def respond_json(body, status=200):
    return respond(status, json.dumps(body).encode())


def respond_batch(items, unprocessed=()):
    keys = [{name: item[name] for name in ("user_id", "notification_key")} for item in unprocessed]
    body = {
        "Responses": {TABLE: items},
        "UnprocessedKeys": {TABLE: {"Keys": keys, "ConsistentRead": True}} if keys else {},
    }
    return respond_json(body)


def respond_error(code, status=400):
    return respond_json({"__type": f"com.amazonaws.dynamodb.v20120810#{code}"}, status)


PAGE = respond_json({"Items": ITEMS, "Count": 3})
THROTTLED = respond_error("ProvisionedThroughputExceededException")


@pytest.fixture
def model(server, connect):
    return DynamoDBReadModelTable(connect(server.url), TABLE)


def read_keys(request):
    (table,) = json.loads(request.body)["RequestItems"].values()
    assert table["ConsistentRead"] is True
    return table["Keys"]


FAULTS = {
    "throttled": THROTTLED,
    "status 500": respond_error("InternalServerError", 500),
    "a proxy's page": respond(200, b"<html>"),
    "no list": respond(200, b'{"Items": null}'),
    "a wrong checksum": respond(200, b'{"Items": []}', x_amz_crc32="1"),
    "cut": send_and_close(b'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"Items": ['),
    "reset": reset,
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_read_that_failed_is_repeated(model, server, fault):
    server.acts = [fault, fault, PAGE]

    page = model.scan(WHOLE, None)

    assert list(page.items) == ITEMS
    assert page.next_key is None
    assert len(server.requests) == ATTEMPTS


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("throttled", "ProvisionedThroughputExceededException"),
        ("status 500", "InternalServerError"),
        ("no list", "ValidationError"),
    ],
)
def test_a_fault_that_stays_is_a_read_error_that_may_pass(model, server, fault, code):
    server.acts = [FAULTS[fault]]

    with pytest.raises(TableReadError) as caught:
        model.scan(WHOLE, None)

    assert (caught.value.code, caught.value.is_retry_safe) == (code, True)
    assert len(server.requests) == ATTEMPTS


@pytest.mark.parametrize("code", ["AccessDeniedException", "ValidationException"])
def test_a_refused_read_is_not_repeated(model, server, code):
    server.acts = [respond_error(code)]

    with pytest.raises(TableReadError) as caught:
        model.find(KEYS[0])

    assert (caught.value.code, caught.value.is_retry_safe) == (code, False)
    assert len(server.requests) == 1


def test_an_invalid_key_is_an_error_of_its_own(model, server):
    server.acts = [respond_error("ValidationException")]

    with pytest.raises(InvalidReadError):
        model.find(KEYS[0])


def test_expired_credentials_are_a_read_error(model, server):
    server.acts = [respond_error("ExpiredTokenException")]

    with pytest.raises(TableReadError) as caught:
        model.find(KEYS[0])

    assert caught.value.code == "ExpiredTokenException"


def test_a_server_that_is_not_reached_is_a_read_error(connect, unused_port):
    model = DynamoDBReadModelTable(connect(f"http://127.0.0.1:{unused_port}"), TABLE)

    with pytest.raises(TableReadError) as caught:
        model.find(KEYS[0])

    assert caught.value.is_retry_safe


def test_a_silent_server_is_a_read_error(server, connect):
    server.acts = [stay_silent]
    model = DynamoDBReadModelTable(connect(server.url, attempt_timeout_s=0.1), TABLE)

    with pytest.raises(TableReadError) as caught:
        model.find(KEYS[0])

    assert caught.value.is_retry_safe


def test_an_item_of_another_shape_is_a_read_error(model, server):
    server.acts = [respond(200, b'{"Items": [{"user_id": {"S": "a"}}, 5]}')]

    with pytest.raises(TableReadError) as caught:
        list(model.scan(WHOLE, None).batches())

    assert (caught.value.code, caught.value.is_retry_safe) == ("ValidationError", True)


def test_a_batch_with_an_item_of_another_shape_is_read_again(model, server):
    server.acts = [respond_batch([*ITEMS, {"user_id": 5}]), respond_batch(ITEMS)]

    assert model.find_many(KEYS).keys() == set(KEYS)
    assert len(server.requests) == 2


def test_unprocessed_keys_are_read_again(model, server):
    server.acts = [
        respond_batch(ITEMS[:1], unprocessed=ITEMS[1:]),
        respond_batch([], unprocessed=ITEMS[1:]),
        respond_batch(ITEMS[1:]),
    ]

    found = model.find_many(KEYS)

    assert [found[key].item for key in KEYS] == ITEMS
    assert [len(read_keys(request)) for request in server.requests] == [3, 2, 2]


def test_keys_that_stay_unprocessed_are_a_read_error(model, server):
    server.acts = [respond_batch([], unprocessed=ITEMS)]

    with pytest.raises(TableReadError) as caught:
        model.find_many(KEYS)

    assert (caught.value.code, caught.value.is_retry_safe) == ("UnprocessedKeys", True)
    assert len(server.requests) == ATTEMPTS


def test_no_more_than_a_hundred_keys_are_read_by_one_call(model, server):
    server.acts = [respond_batch([])]

    model.find_many([RowKey(f"user_{number}", "k") for number in range(250)])

    assert sorted(len(read_keys(request)) for request in server.requests) == [50, 100, 100]


def test_every_page_of_a_query_is_read(model, server):
    start_key = {"user_id": {"S": "user_0"}}
    server.acts = [
        respond_json({"Items": ITEMS[:1], "LastEvaluatedKey": start_key}),
        respond_json({"Items": ITEMS[1:]}),
    ]

    assert model.find_keys("tx_001", "k") == set(KEYS)
    first, second = (json.loads(request.body) for request in server.requests)
    assert "ExclusiveStartKey" not in first
    assert second == {**first, "ExclusiveStartKey": start_key}


def test_binary_values_go_back_as_they_came(model, server):
    found = {**ITEMS[0], "version": {"B": "AP8="}}
    server.acts = [respond_batch([found]), respond()]

    model.replace(model.find(KEYS[0]), make_row(0))

    values = json.loads(server.requests[1].body)["ExpressionAttributeValues"]
    assert values == {":found": {"B": "AP8="}}


def test_a_throttled_write_is_repeated(model, server):
    server.acts = [THROTTLED, THROTTLED, respond()]

    assert model.replace(None, make_row(0)) is True
    assert len(server.requests) == ATTEMPTS


def test_a_write_that_failed_at_last_is_an_error_that_may_pass(model, server):
    server.acts = [THROTTLED]

    with pytest.raises(ReadModelWriteError) as caught:
        model.replace(None, make_row(0))

    assert caught.value.code == "ProvisionedThroughputExceededException"
    assert caught.value.is_retry_safe


def test_an_invalid_row_is_an_error_of_its_own(model, server):
    server.acts = [respond_error("ValidationException")]

    with pytest.raises(InvalidRowError):
        model.replace(None, make_row(0))

    assert len(server.requests) == 1


def test_an_invalid_row_does_not_end_the_writes_of_absent_rows(connect, server):
    server.acts = [respond(), respond_error("ValidationException"), respond()]
    model = DynamoDBReadModelTable(connect(server.url, max_connections=1), TABLE)

    written = list(model.write_absent(map(make_row, range(3))))

    assert written == [True, False, True]


def test_a_failed_write_ends_the_writes_of_absent_rows(model, server):
    server.acts = [respond_error("AccessDeniedException")]
    taken = []

    with pytest.raises(ReadModelWriteError):
        list(model.write_absent(taken.append(n) or make_row(n) for n in range(1000)))

    assert len(taken) < 20
