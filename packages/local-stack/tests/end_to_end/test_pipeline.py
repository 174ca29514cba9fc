"""Tests the pipeline from outside: writes command records and queries the API."""

import json
import uuid
from contextlib import contextmanager
from dataclasses import fields

import pytest

from local_stack.stack import StackOptions, run_stack
from notification_client import Notification, NotificationClient
from notification_models import CommandRecord, encode_command_record
from notification_models.schema import COMMAND_RECORDS
from stream_processor.bootstrap import open_ports
from stream_processor.exceptions import ReadModelWriteError
from stream_processor.stream.handler import StreamHandler

CREATED_AT = 1_704_067_200_000


@contextmanager
def connect(stack):
    with NotificationClient(stack.api_url, trust_env=False) as client:
        yield Pipeline(stack, client)


class Pipeline:
    """Writes command records and queries the API, with ids that no other test uses."""

    def __init__(self, stack, client):
        self.stack = stack
        self.client = client
        self.tag = uuid.uuid4().hex

    def make(self, transaction="tx", **changes):
        attributes = {
            "transaction_id": f"{transaction}-{self.tag}",
            "created_at": CREATED_AT,
            "user_id": f"user-{self.tag}",
            "notification_title": "新年快樂",
            "status": "SENT",
            "platform": "IOS",
            "marketing_id": f"campaign-{self.tag}",
            "ap_id": "mobile-app-001",
        }
        return CommandRecord(**(attributes | changes))

    def put(self, *records):
        for record in records:
            self.put_item(encode_command_record(record))

    def put_item(self, item):
        self.stack.aws.dynamodb.put_item(TableName=COMMAND_RECORDS.name, Item=item)

    def delete(self, record):
        item = encode_command_record(record)
        key = {name: item[name] for name in ("transaction_id", "created_at")}
        self.stack.aws.dynamodb.delete_item(TableName=COMMAND_RECORDS.name, Key=key)

    def settle(self):
        assert self.stack.event_source.wait_until_caught_up(60)

    def find_statuses(self, record):
        """Return the statuses of a record in the responses to the three queries."""
        self.settle()
        queries = (
            self.client.user(record.user_id),
            self.client.campaign(record.marketing_id),
            self.client.failures(record.transaction_id),
        )
        return [
            [each.status for each in query if each.transaction_id == record.transaction_id]
            for query in queries
        ]


@pytest.fixture
def pipeline(stack):
    with connect(stack) as connected:
        yield connected


def test_two_notifications_of_a_user_in_the_same_millisecond_are_two_rows(pipeline):
    first, second = pipeline.make("tx-1"), pipeline.make("tx-2")

    pipeline.put(first, second)
    pipeline.settle()

    found = list(pipeline.client.user(first.user_id))
    ids = {each.transaction_id for each in found}
    assert ids == {first.transaction_id, second.transaction_id}
    assert {each.created_at for each in found} == {CREATED_AT}


def test_a_status_change_reaches_all_three_queries(pipeline):
    pipeline.put(pipeline.make(status="SENT"))
    assert pipeline.find_statuses(pipeline.make()) == [["SENT"], ["SENT"], []]

    pipeline.put(pipeline.make(status="DELIVERED"))
    assert pipeline.find_statuses(pipeline.make()) == [["DELIVERED"], ["DELIVERED"], []]

    pipeline.put(pipeline.make(status="FAILED", error_msg="token expired"))
    assert pipeline.find_statuses(pipeline.make()) == [["FAILED"], ["FAILED"], ["FAILED"]]


def test_a_failure_that_is_delivered_later_leaves_the_failure_query(pipeline):
    pipeline.put(pipeline.make(status="FAILED"))
    pipeline.settle()

    pipeline.put(pipeline.make(status="DELIVERED"))

    assert pipeline.find_statuses(pipeline.make()) == [["DELIVERED"], ["DELIVERED"], []]


def test_a_deleted_record_disappears_from_all_three_queries(pipeline):
    record = pipeline.make(status="FAILED")
    pipeline.put(record)
    assert pipeline.find_statuses(record) == [["FAILED"], ["FAILED"], ["FAILED"]]

    pipeline.delete(record)

    assert pipeline.find_statuses(record) == [[], [], []]


def test_a_record_whose_user_changed_is_found_only_under_the_new_user(pipeline):
    pipeline.put(pipeline.make())
    pipeline.settle()

    moved = pipeline.make(user_id=f"other-{pipeline.tag}")
    pipeline.put(moved)

    assert pipeline.find_statuses(moved) == [["SENT"], ["SENT"], []]
    assert list(pipeline.client.user(pipeline.make().user_id)) == []
    assert len(list(pipeline.client.campaign(moved.marketing_id))) == 1


def test_a_record_with_nothing_but_its_key_is_served(pipeline):
    record = pipeline.make()
    item = encode_command_record(record)

    pipeline.put_item({name: item[name] for name in ("transaction_id", "created_at", "user_id")})
    pipeline.settle()

    assert list(pipeline.client.user(record.user_id)) == [
        Notification(
            user_id=record.user_id, transaction_id=record.transaction_id, created_at=CREATED_AT
        )
    ]


def test_a_record_as_a_careless_sender_writes_it_is_served_whole(pipeline):
    record = pipeline.make()
    item = encode_command_record(record) | {
        "created_at": {"N": str(CREATED_AT // 1000)},
        "status": {"S": "failed"},
        "error_msg": {"M": {"code": {"S": "UNREGISTERED"}, "status": {"N": "410"}}},
        "failed_ts": {"N": str(CREATED_AT // 1000 + 1)},
    }

    pipeline.put_item(item)

    assert pipeline.find_statuses(record) == [["FAILED"], ["FAILED"], ["FAILED"]]
    (found,) = pipeline.client.transaction(record.transaction_id)
    assert found.error_msg == '{"code":"UNREGISTERED","status":410}'
    assert (found.created_at, found.failed_ts) == (CREATED_AT, CREATED_AT + 1000)


def test_a_response_holds_the_served_attributes_and_nothing_else(pipeline, http):
    unserved = {"device_token": "unserved", "payload": "unserved"}
    record = pipeline.make(**unserved)
    pipeline.put(record)
    pipeline.settle()

    url = f"{pipeline.stack.api_url}/query/user"
    response = http.post(url, json={"user_id": record.user_id})

    (row,) = response.json()["data"]
    assert row.keys() == {field.name for field in fields(Notification)}
    assert "unserved" not in response.text


def test_one_poison_record_of_ten_is_quarantined(pipeline):
    records = [pipeline.make(f"tx-{number}") for number in range(10)]
    poison = encode_command_record(records[4])
    del poison["user_id"]
    for record in records[:4]:
        pipeline.put(record)
    pipeline.put_item(poison)
    pipeline.put(*records[5:])
    pipeline.settle()

    assert len(list(pipeline.client.user(records[0].user_id))) == 9
    messages = _receive_all(pipeline.stack)
    (entry,) = [each for each in messages if each["transaction_id"] == records[4].transaction_id]
    assert (entry["attribute"], entry["reason"]) == ("user_id", "is missing")


def _receive_all(stack):
    bodies = []
    while messages := stack.aws.sqs.receive_message(
        QueueUrl=stack.quarantine_queue_url, MaxNumberOfMessages=10, VisibilityTimeout=1
    ).get("Messages"):
        bodies += [json.loads(message["Body"]) for message in messages]
    return bodies


@pytest.fixture(scope="module", params=[200, pytest.param(1000, marks=pytest.mark.proof)])
def crowd(request, stack):
    """Rows of a campaign in many milliseconds; three in ten are of one user."""
    with connect(stack) as pipeline:
        fan = f"fan-{pipeline.tag}"
        records = [
            pipeline.make(
                f"tx-{number:04d}",
                created_at=CREATED_AT + number // 3,
                user_id=fan if number % 10 < 3 else f"user-{number}-{pipeline.tag}",
            )
            for number in range(request.param)
        ]
        pipeline.put(*records)
        pipeline.settle()
        yield pipeline, records


def newest_first(records):
    keys = ((record.created_at, record.transaction_id) for record in records)
    return sorted(keys, reverse=True)


def read_keys(pages, limit):
    assert all(len(page.notifications) <= limit for page in pages)
    found = (each for page in pages for each in page.notifications)
    return [(each.created_at, each.transaction_id) for each in found]


@pytest.mark.parametrize("limit", [7, 33, 100])
def test_the_pages_of_a_campaign_have_each_row_once_newest_first(crowd, limit):
    pipeline, records = crowd

    pages = list(pipeline.client.campaign(records[0].marketing_id).pages(page_size=limit))

    assert read_keys(pages, limit) == newest_first(records)


@pytest.mark.parametrize("limit", [1, 9, 100])
def test_the_pages_of_a_user_have_each_row_once_newest_first(crowd, limit):
    pipeline, records = crowd
    fan = f"fan-{pipeline.tag}"

    pages = list(pipeline.client.user(fan).pages(page_size=limit))

    keys = read_keys(pages, limit)
    assert keys == newest_first(record for record in records if record.user_id == fan)
    assert len(keys) == len(records) * 3 // 10


class _FailingWriter:
    """The real writer, except that the first writes to one user fail."""

    def __init__(self, writer, user_id, failures):
        self.failures = failures
        self._writer = writer
        self._user_id = user_id

    async def write(self, row):
        if row.key.user_id == self._user_id and self.failures:
            self.failures -= 1
            raise ReadModelWriteError("ThrottlingException")
        return await self._writer.write(row)


def test_a_write_that_fails_three_times_is_retried_until_it_succeeds():
    writers = []

    @contextmanager
    def open_failing_handler(*arguments):
        with open_ports(*arguments) as (writer, quarantine, runner):
            writers.append(_FailingWriter(writer, "unlucky", failures=3))
            yield StreamHandler(writers[0], quarantine, runner)

    with (
        run_stack(StackOptions(), lambda _step: None, open_failing_handler) as stack,
        connect(stack) as pipeline,
    ):
        records = [pipeline.make(f"tx-{number}") for number in range(5)]
        records.insert(2, pipeline.make("tx-unlucky", user_id="unlucky"))
        pipeline.put(*records)
        pipeline.settle()

        assert writers[0].failures == 0
        assert len(list(pipeline.client.user("unlucky"))) == 1
        assert len(list(pipeline.client.campaign(records[0].marketing_id))) == 6
