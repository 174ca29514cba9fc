import re

import pytest

from local_stack.demo.sample_data import SAMPLE_RECORDS, write_records
from local_stack.emulator.emulator import run_emulator
from local_stack.emulator.resources import (
    ON_FAILURE_BUCKET,
    check_endpoint,
    create_resources,
)
from local_stack.exceptions import EndpointError
from notification_models.schema import (
    COMMAND_RECORDS,
    FAILURE_INDEX,
    NOTIFICATION_RECORDS,
    encode_create_table,
)


def _count(dynamodb, table):
    return dynamodb.scan(TableName=table.name, Select="COUNT")["Count"]


def test_the_tables_are_those_of_the_schema(clients):
    create_resources(clients.dynamodb, clients.sqs, clients.s3)

    command = clients.dynamodb.describe_table(TableName=COMMAND_RECORDS.name)["Table"]
    read = clients.dynamodb.describe_table(TableName=NOTIFICATION_RECORDS.name)["Table"]
    assert command["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    assert {index["IndexName"] for index in read["GlobalSecondaryIndexes"]} == {
        index.name for index in NOTIFICATION_RECORDS.indexes
    }


def test_tombstones_expire(clients):
    create_resources(clients.dynamodb, clients.sqs, clients.s3)

    ttl = clients.dynamodb.describe_time_to_live(TableName=NOTIFICATION_RECORDS.name)
    assert ttl["TimeToLiveDescription"] == {
        "TimeToLiveStatus": "ENABLED",
        "AttributeName": "expires_at",
    }


def test_the_quarantine_keeps_records_for_less_than_a_tombstones_8_days(clients):
    resources = create_resources(clients.dynamodb, clients.sqs, clients.s3)

    attributes = clients.sqs.get_queue_attributes(
        QueueUrl=resources.quarantine_queue_url, AttributeNames=["MessageRetentionPeriod"]
    )["Attributes"]
    assert attributes == {"MessageRetentionPeriod": str(7 * 24 * 3600)}


def test_existing_resources_keep_their_data(clients):
    first = create_resources(clients.dynamodb, clients.sqs, clients.s3)
    write_records(clients.dynamodb, SAMPLE_RECORDS)
    clients.sqs.send_message(QueueUrl=first.quarantine_queue_url, MessageBody="kept")

    second = create_resources(clients.dynamodb, clients.sqs, clients.s3)

    messages = clients.sqs.receive_message(QueueUrl=second.quarantine_queue_url)["Messages"]
    assert second == first
    assert _count(clients.dynamodb, COMMAND_RECORDS) == len(SAMPLE_RECORDS)
    assert [message["Body"] for message in messages] == ["kept"]


def test_a_table_of_an_earlier_release_gets_the_missing_index(clients, caplog):
    earlier = NOTIFICATION_RECORDS._replace(indexes=NOTIFICATION_RECORDS.indexes[:-1])
    clients.dynamodb.delete_table(TableName=earlier.name)
    clients.dynamodb.create_table(**encode_create_table(earlier))

    create_resources(clients.dynamodb, clients.sqs, clients.s3)

    read = clients.dynamodb.describe_table(TableName=NOTIFICATION_RECORDS.name)["Table"]
    statuses = {each["IndexName"]: each["IndexStatus"] for each in read["GlobalSecondaryIndexes"]}
    assert statuses == {index.name: "ACTIVE" for index in NOTIFICATION_RECORDS.indexes}
    assert [FAILURE_INDEX.name in message for message in caplog.messages] == [True]


def test_a_data_directory_keeps_everything_on_another_port_too(free_port, connect, data_dir):
    with run_emulator(free_port(), data_dir) as emulator:
        before = connect(emulator.url)
        first = create_resources(before.dynamodb, before.sqs, before.s3)
        write_records(before.dynamodb, SAMPLE_RECORDS)
        before.sqs.send_message(QueueUrl=first.quarantine_queue_url, MessageBody="kept")
        before.s3.put_object(Bucket=ON_FAILURE_BUCKET, Key="kept", Body=b"kept")

    with run_emulator(free_port(), data_dir) as emulator:
        after = connect(emulator.url)
        second = create_resources(after.dynamodb, after.sqs, after.s3)
        messages = after.sqs.receive_message(QueueUrl=second.quarantine_queue_url)["Messages"]
        body = after.s3.get_object(Bucket=ON_FAILURE_BUCKET, Key="kept")["Body"].read()
        count = _count(after.dynamodb, COMMAND_RECORDS)

    assert second.stream_arn == first.stream_arn
    assert count == len(SAMPLE_RECORDS)
    assert [message["Body"] for message in messages] == ["kept"]
    assert body == b"kept"


def test_an_emulators_endpoint_can_be_used(clients):
    check_endpoint(clients.dynamodb, option="--dynamodb-url")


def test_an_endpoint_that_serves_no_dynamodb_is_named(free_port, connect):
    with run_emulator(free_port(), services=("sqs",)) as emulator:
        dynamodb = connect(emulator.url).dynamodb

        with pytest.raises(EndpointError, match=f"DynamoDB at {re.escape(emulator.url)} cannot"):
            check_endpoint(dynamodb, option="--dynamodb-url")
