import json
import threading

import pytest

from local_stack.demo.sample_data import SAMPLE_RECORDS, write_records
from local_stack.emulator.resources import ON_FAILURE_BUCKET, create_resources
from local_stack.event_source.delivery import DeliveryPolicy
from local_stack.event_source.event_source import EventSource
from local_stack.event_source.on_failure import OnFailureDestination
from local_stack.event_source.stream_reader import StreamReader

TIMEOUT_S = 20
FAST = DeliveryPolicy(first_delay_s=0.001, longest_delay_s=0.01)


def _ids(records):
    return [record["dynamodb"]["Keys"]["transaction_id"]["S"] for record in records]


class RecordingFunction:
    """Records its invocations; fails transactions the given number of times."""

    def __init__(self, failures=()):
        self.batches = []
        self.applied = []
        self._failures_left = dict(failures)

    def __call__(self, event, _context):
        records = event["Records"]
        self.batches.append(_ids(records))
        for record in records:
            (transaction_id,) = _ids([record])
            if self._failures_left.get(transaction_id, 0):
                self._failures_left[transaction_id] -= 1
                number = record["dynamodb"]["SequenceNumber"]
                return {"batchItemFailures": [{"itemIdentifier": number}]}
            self.applied.append(record)
        return {"batchItemFailures": []}


@pytest.fixture
def stream_arn(clients):
    """The stream of a table created for this test."""
    for table in clients.dynamodb.list_tables()["TableNames"]:
        clients.dynamodb.delete_table(TableName=table)
    return create_resources(clients.dynamodb, clients.sqs, clients.s3).stream_arn


@pytest.fixture
def make_source(stream_arn, clients):
    def make(handler, policy=FAST):
        return EventSource(
            StreamReader(clients.streams, stream_arn),
            handler,
            lambda shard: OnFailureDestination(clients.s3, ON_FAILURE_BUCKET, "arn:f", shard).send,
            policy=policy,
        )

    return make


def test_records_written_before_the_start_are_delivered(clients, make_source):
    function = RecordingFunction()
    write_records(clients.dynamodb, SAMPLE_RECORDS)

    source = make_source(function)
    with source.running():
        caught_up = source.wait_until_caught_up(TIMEOUT_S)

    assert caught_up
    assert _ids(function.applied) == [record.transaction_id for record in SAMPLE_RECORDS]


def test_a_batch_has_at_most_100_records_in_write_order(clients, make_source):
    function = RecordingFunction()
    ids = [f"tx_{number}" for number in range(250)]
    for transaction_id in ids:
        clients.dynamodb.put_item(
            TableName="command-records",
            Item={"transaction_id": {"S": transaction_id}, "created_at": {"N": "1"}},
        )

    source = make_source(function)
    with source.running():
        source.wait_until_caught_up(TIMEOUT_S)

    assert [len(batch) for batch in function.batches] == [100, 100, 50]
    assert _ids(function.applied) == ids


def test_inserts_changes_and_deletes_have_their_images(clients, make_source):
    function = RecordingFunction()
    key = {"transaction_id": {"S": "tx"}, "created_at": {"N": "1"}}
    old, new = {**key, "status": {"S": "SENT"}}, {**key, "status": {"S": "DELIVERED"}}

    source = make_source(function)
    with source.running():
        clients.dynamodb.put_item(TableName="command-records", Item=old)
        clients.dynamodb.put_item(TableName="command-records", Item=new)
        clients.dynamodb.delete_item(TableName="command-records", Key=key)
        source.wait_until_caught_up(TIMEOUT_S)

    images = [
        (each["eventName"], each["dynamodb"].get("OldImage"), each["dynamodb"].get("NewImage"))
        for each in function.applied
    ]
    assert images == [("INSERT", None, old), ("MODIFY", old, new), ("REMOVE", new, None)]


def test_a_record_that_fails_three_times_is_retried_until_it_is_applied(clients, make_source):
    function = RecordingFunction({"tx_003": 3})
    write_records(clients.dynamodb, SAMPLE_RECORDS)

    source = make_source(function)
    with source.running():
        source.wait_until_caught_up(TIMEOUT_S)

    applied = [*dict.fromkeys(_ids(function.applied))]
    assert applied == [record.transaction_id for record in SAMPLE_RECORDS]


def test_a_record_that_always_fails_is_written_whole_to_the_on_failure_bucket(clients, make_source):
    function = RecordingFunction({"tx_002": 100})
    write_records(clients.dynamodb, SAMPLE_RECORDS)

    source = make_source(function, DeliveryPolicy(maximum_retry_attempts=2, first_delay_s=0.001))
    with source.running():
        source.wait_until_caught_up(TIMEOUT_S)

    (listed,) = clients.s3.list_objects_v2(Bucket=ON_FAILURE_BUCKET)["Contents"]
    stored = clients.s3.get_object(Bucket=ON_FAILURE_BUCKET, Key=listed["Key"])["Body"].read()
    (discarded,) = json.loads(json.loads(stored)["payload"])["Records"]
    clients.s3.delete_object(Bucket=ON_FAILURE_BUCKET, Key=listed["Key"])
    assert discarded["dynamodb"]["NewImage"]["transaction_id"] == {"S": "tx_002"}
    assert discarded["dynamodb"]["NewImage"]["error_msg"] == {"S": "Token expired"}
    assert set(_ids(function.applied)) == {
        record.transaction_id for record in SAMPLE_RECORDS if record.transaction_id != "tx_002"
    }


def test_the_source_is_not_caught_up_while_a_record_fails(clients, make_source):
    failing = threading.Event()

    def handler(_event, _context):
        failing.set()
        raise RuntimeError

    source = make_source(handler, DeliveryPolicy(first_delay_s=TIMEOUT_S))
    with source.running():
        write_records(clients.dynamodb, SAMPLE_RECORDS[:1])
        failing.wait(TIMEOUT_S)
        caught_up = source.wait_until_caught_up(0.2)

    assert not caught_up


def test_records_not_applied_at_a_stop_are_delivered_by_the_next_source(clients, make_source):
    failing = threading.Event()

    def never(_event, _context):
        failing.set()
        raise RuntimeError

    write_records(clients.dynamodb, SAMPLE_RECORDS)
    with make_source(never, DeliveryPolicy(first_delay_s=TIMEOUT_S)).running():
        failing.wait(TIMEOUT_S)

    function = RecordingFunction()
    source = make_source(function)
    with source.running():
        source.wait_until_caught_up(TIMEOUT_S)

    assert _ids(function.applied) == [record.transaction_id for record in SAMPLE_RECORDS]


def test_a_closed_stream_is_read_to_its_end(clients, make_source):
    function = RecordingFunction()
    source = make_source(function)
    write_records(clients.dynamodb, SAMPLE_RECORDS)
    clients.dynamodb.delete_table(TableName="command-records")

    with source.running():
        caught_up = source.wait_until_caught_up(TIMEOUT_S)

    assert caught_up
    assert len(function.applied) == len(SAMPLE_RECORDS)
