"""The fake writer of the unit tests and the real one follow the same rule."""

import itertools
import json

import pytest

from notification_models import (
    NotificationRecord,
    Row,
    RowKey,
    Tombstone,
    decode_row,
    encode_row,
    encode_row_key,
    encode_version,
)
from notification_models.schema import NOTIFICATION_RECORDS
from stream_processor.exceptions import InvalidRowError, ReadModelWriteError
from stream_processor.stream.read_model_writer import DynamoDBReadModelWriter
from testing.fault_server import respond

OLD, NEW = "2026-11-23T09:00:00.000", "2026-11-24T09:00:00.000"
VERSIONS = [
    encode_version(OLD, "9"),
    encode_version(OLD, "10"),
    encode_version(OLD, "9" * 40),
    encode_version(NEW, "1"),
]


def make_row(version):
    record = NotificationRecord(
        user_id="test_user_001",
        transaction_id="tx_001",
        created_at=1_704_067_200_000,
        notification_title="新年快樂 🎉",
        status="FAILED",
        platform="IOS",
        marketing_id="campaign_2024_new_year",
    )
    return Row(record=record, version=version)


def make_tombstone(version):
    key = RowKey("test_user_001", "1704067200000#tx_001")
    return Tombstone(key=key, version=version, deleted_at=1, expires_at=4_000_000_000)


@pytest.fixture
def write(socket_runner):
    return lambda writer, row: socket_runner.run(writer.write(row))


class _Table:
    """The real writer, and how tests read and clear its table."""

    def __init__(self, writer, client):
        self.write = writer.write
        self._client = client

    def find(self, key):
        return self._client.get_item(TableName=NOTIFICATION_RECORDS.name, Key=encode_row_key(key))[
            "Item"
        ]


@pytest.fixture(params=["dynamodb", "fake"])
def model(request, emulator_url, lean_client):
    if request.param == "fake":
        return request.getfixturevalue("read_model")
    writer = DynamoDBReadModelWriter(
        lean_client("dynamodb", emulator_url), NOTIFICATION_RECORDS.name
    )
    return _Table(writer, request.getfixturevalue("read_table"))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("make", [make_row, make_tombstone])
def test_an_absent_row_is_written(model, write, make, version):
    overwritten = write(model, make(version))

    assert overwritten == ""
    assert decode_row(model.find(make(version).key)) == make(version)


@pytest.mark.parametrize(("first", "second"), list(itertools.product(VERSIONS, repeat=2)))
@pytest.mark.parametrize("makes", list(itertools.product([make_row, make_tombstone], repeat=2)))
def test_a_row_is_overwritten_only_by_a_higher_version(model, write, makes, first, second):
    stored, offered = makes[0](first), makes[1](second)
    write(model, stored)

    overwritten = write(model, offered)

    is_newer = VERSIONS.index(second) > VERSIONS.index(first)
    assert overwritten == (first if is_newer else None)
    assert decode_row(model.find(stored.key)) == (offered if is_newer else stored)


@pytest.fixture
def writer_to(lean_client):
    """Create a writer that calls a URL."""
    return lambda url: DynamoDBReadModelWriter(lean_client("dynamodb", url), "rows")


def test_an_error_has_the_code_of_dynamodb(write, writer_to, emulator_url):
    with pytest.raises(ReadModelWriteError) as caught:
        write(writer_to(emulator_url), make_row(VERSIONS[0]))

    assert caught.value.code == "ResourceNotFoundException"
    assert caught.value.is_retry_safe is False


def test_a_row_that_dynamodb_calls_invalid_is_reported_as_such(
    write, writer_to, emulator_url, aws_client
):
    aws_client("dynamodb").create_table(
        TableName="rows",
        KeySchema=[{"AttributeName": "other", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "other", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )

    with pytest.raises(InvalidRowError) as caught:
        write(writer_to(emulator_url), make_row(VERSIONS[0]))

    assert caught.value.code == "ValidationException"


def test_an_error_has_the_name_of_what_failed_if_dynamodb_is_unreachable(
    write, writer_to, unused_port
):
    with pytest.raises(ReadModelWriteError) as caught:
        write(writer_to(f"http://127.0.0.1:{unused_port}"), make_row(VERSIONS[0]))

    assert caught.value.code == "ConnectionRefusedError"
    assert caught.value.is_retry_safe is True


def test_a_write_is_one_conditional_put(write, writer_to, server):
    row = make_row(VERSIONS[0])

    overwritten = write(writer_to(server.url), row)

    (request,) = server.requests
    assert overwritten == ""
    assert request.headers["x-amz-target"] == "DynamoDB_20120810.PutItem"
    assert json.loads(request.body) == {
        "TableName": "rows",
        "Item": encode_row(row),
        "ConditionExpression": "attribute_not_exists(#version) OR #version < :version",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":version": {"S": VERSIONS[0]}},
        "ReturnValues": "ALL_OLD",
    }


def test_a_row_without_a_version_is_overwritten(write, writer_to, server):
    server.acts = [respond(200, b'{"Attributes": {"user_id": {"S": "u"}}}')]

    assert write(writer_to(server.url), make_row(VERSIONS[0])) == ""


@pytest.mark.parametrize("body", [b"<html>Sign in to this network</html>", b"", b"[]", b"\xff"])
def test_a_response_without_a_json_object_is_no_success(write, writer_to, server, body):
    server.acts = [respond(200, body)]

    with pytest.raises(ReadModelWriteError) as caught:
        write(writer_to(server.url), make_row(VERSIONS[0]))

    assert caught.value.is_retry_safe is True
