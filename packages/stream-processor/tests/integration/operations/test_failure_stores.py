"""The quarantine queue and the on-failure bucket of a real server."""

import json
import uuid

import pytest

from notification_models import InvalidRecordError
from stream_processor.exceptions import FailureStoreError
from stream_processor.operations.failure_stores import OnFailureBucket, QuarantineQueue
from stream_processor.operations.redrive import create_entry
from stream_processor.stream.change_identity import identify_change
from stream_processor.stream.quarantine import SQSQuarantine
from stream_processor.tables.command_table import CommandKey

KEY = CommandKey("tx_001", "1704067200000")
POISON = InvalidRecordError("user_id", "is missing")
DEEPLY_NESTED = "[" * 200_000


@pytest.fixture
def sqs(aws_client):
    return aws_client("sqs")


@pytest.fixture
def queue_url(sqs):
    return sqs.create_queue(QueueName="quarantine")["QueueUrl"]


@pytest.fixture
def queue(sqs, queue_url):
    return QuarantineQueue(sqs, queue_url)


@pytest.fixture
def quarantine_record(socket_runner, lean_client, emulator_url, queue_url):
    quarantine = SQSQuarantine(lean_client("sqs", emulator_url), queue_url)
    return lambda record: socket_runner.run(quarantine.put(record, POISON))


@pytest.fixture
def s3(aws_client):
    return aws_client("s3")


@pytest.fixture
def bucket_name(s3):
    # Accounts share the names of buckets.
    name = f"failures-{uuid.uuid4()}"
    s3.create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": "ap-southeast-1"}
    )
    return name


@pytest.fixture
def put_object(s3, bucket_name):
    def put(name, body):
        s3.put_object(Bucket=bucket_name, Key=name, Body=body.encode())

    return put


@pytest.fixture
def bucket(s3, bucket_name):
    return OnFailureBucket(s3, bucket_name)


def test_a_quarantined_record_is_listed_by_its_command_record(
    queue, quarantine_record, make_record, make_item
):
    quarantine_record(make_record(1, new=make_item(user_id=None)))

    (entry,) = queue.list_entries()

    assert (list(entry.changes), entry.defect) == ([KEY], None)


def test_every_message_is_listed_once(queue, quarantine_record, make_record, make_item):
    for number in range(25):
        item = make_item(transaction_id=f"tx_{number}", user_id=None)
        quarantine_record(make_record(number, new=item))

    listed = []
    for entry in queue.list_entries():
        queue.release(entry)
        listed += [key.transaction_id for key in entry.changes]

    assert sorted(listed) == sorted(f"tx_{number}" for number in range(25))


def test_a_released_message_is_in_the_next_listing(
    queue, quarantine_record, make_record, make_item
):
    quarantine_record(make_record(1, new=make_item(user_id=None)))
    for entry in queue.list_entries():
        queue.release(entry)

    assert len(list(queue.list_entries())) == 1


def test_a_deleted_message_is_gone(
    queue, quarantine_record, sqs, queue_url, make_record, make_item
):
    quarantine_record(make_record(1, new=make_item(user_id=None)))
    for entry in queue.list_entries():
        queue.delete(entry)

    attributes = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["All"])["Attributes"]
    assert attributes["ApproximateNumberOfMessages"] == "0"
    assert attributes["ApproximateNumberOfMessagesNotVisible"] == "0"


def test_closing_a_listing_shows_released_messages(
    queue, quarantine_record, make_record, make_item
):
    quarantine_record(make_record(1, new=make_item(user_id=None)))
    listing = queue.list_entries()
    queue.release(next(listing))

    listing.close()

    assert len(list(queue.list_entries())) == 1


@pytest.mark.parametrize(
    "body", ["text", "[]", "{}", '{"record": {"dynamodb": {}}}', '"\\ud800"', DEEPLY_NESTED]
)
def test_a_foreign_message_has_a_defect(queue, sqs, queue_url, body):
    sqs.send_message(QueueUrl=queue_url, MessageBody=body)

    (entry,) = queue.list_entries()

    assert (entry.changes, entry.defect) == ({}, "it is not a quarantined change")


def test_a_quarantined_record_without_a_key_has_a_defect(queue, quarantine_record):
    quarantine_record({"eventName": "INSERT"})

    (entry,) = queue.list_entries()

    assert (entry.changes, entry.defect) == ({}, "1 of 1 stream records have no key")


def test_a_record_larger_than_a_message_is_quarantined(
    queue, quarantine_record, make_record, make_item
):
    item = make_item(payload="中" * 130_000)

    quarantine_record(make_record(1, old=item, new=item))

    (entry,) = queue.list_entries()
    assert list(entry.changes) == [KEY]


def test_a_missing_queue_is_an_error(sqs, queue_url):
    queue = QuarantineQueue(sqs, f"{queue_url}-other")

    with pytest.raises(FailureStoreError):
        list(queue.list_entries())


def encode_invocation(*records, as_text=True):
    """The documented form: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html."""
    event = {"Records": list(records)}
    return json.dumps(
        {
            "requestContext": {"condition": "RetryAttemptsExhausted"},
            "DDBStreamBatchInfo": {"batchSize": len(records)},
            "payload": json.dumps(event) if as_text else event,
        }
    )


@pytest.mark.parametrize("as_text", [True, False])
def test_an_invocation_record_is_listed_with_every_record_of_its_batch_once(
    bucket, put_object, make_record, make_item, as_text
):
    records = [
        make_record(1, new=make_item()),
        make_record(2, old=make_item(), new=make_item(status="DELIVERED")),
        make_record(3, old=make_item(transaction_id="tx_002")),
    ]
    put_object("aws/lambda/mapping/shard/one", encode_invocation(*records, as_text=as_text))

    entries = list(bucket.list_entries())

    name = "aws/lambda/mapping/shard/one"
    assert entries == [create_entry(name, name, [identify_change(each) for each in records])]
    assert list(entries[0].changes) == [KEY, CommandKey("tx_002", "1704067200000")]


def test_objects_under_other_prefixes_are_not_listed(bucket, put_object):
    put_object("reports/one", "text")

    assert list(bucket.list_entries()) == []


@pytest.mark.parametrize(
    "body",
    [
        "",
        "text",
        "{}",
        "[]",
        '{"payload": "text"}',
        '{"payload": {}}',
        '{"payload": {"Records": {}}}',
        '{"payload": {"Records": "text"}}',
        DEEPLY_NESTED,
        json.dumps({"payload": DEEPLY_NESTED}),
    ],
)
def test_a_foreign_object_has_a_defect_and_the_next_one_is_listed(
    bucket, put_object, make_record, make_item, body
):
    put_object("aws/lambda/one", body)
    put_object("aws/lambda/two", encode_invocation(make_record(1, new=make_item())))

    foreign, following = bucket.list_entries()

    defect = "it is not an invocation record with its event"
    assert (foreign.changes, foreign.defect) == ({}, defect)
    assert list(following.changes) == [KEY]


def test_an_object_with_a_record_of_another_form_has_the_others(
    bucket, put_object, make_record, make_item
):
    records = [None, make_record(1, new=make_item()), {"dynamodb": {"Keys": {"created_at": []}}}]
    put_object("aws/lambda/one", encode_invocation(*records))

    (entry,) = bucket.list_entries()

    assert (list(entry.changes), entry.defect) == ([KEY], "2 of 3 stream records have no key")


def test_the_objects_of_every_page_are_listed(s3, bucket, put_object):
    names = [f"aws/lambda/{number}" for number in range(5)]
    for name in names:
        put_object(name, "{}")
    pages = []

    def shorten(params, **_):
        pages.append(params)
        params["MaxKeys"] = 2

    s3.meta.events.register("before-parameter-build.s3.ListObjectsV2", shorten)

    assert [entry.name for entry in bucket.list_entries()] == names
    assert len(pages) == 3


def test_a_deleted_object_is_gone_and_a_released_one_stays(bucket, put_object):
    put_object("aws/lambda/one", "{}")
    put_object("aws/lambda/two", "{}")
    one, two = bucket.list_entries()

    bucket.delete(one)
    bucket.release(two)

    assert [entry.name for entry in bucket.list_entries()] == ["aws/lambda/two"]


def test_an_object_that_another_redrive_deletes_is_passed_over(s3, bucket_name, bucket, put_object):
    names = [f"aws/lambda/{number}" for number in range(3)]
    for name in names:
        put_object(name, "{}")
    listing = bucket.list_entries()
    first = next(listing)
    s3.delete_object(Bucket=bucket_name, Key=names[1])

    rest = list(listing)

    assert [entry.name for entry in (first, *rest)] == [names[0], names[2]]


def test_a_missing_bucket_is_an_error(s3):
    with pytest.raises(FailureStoreError) as caught:
        list(OnFailureBucket(s3, "no-such-bucket").list_entries())

    assert caught.value.code == "NoSuchBucket"
