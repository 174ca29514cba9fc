"""Exports and erases a user beside a running stack, and tries to bring the rows back."""

import json
import signal
import threading
import uuid
from contextlib import contextmanager

import pytest

from local_stack.pipeline import run_pipeline
from local_stack.stack import StackOptions, run_stack
from notification_client import NotificationClient
from notification_models import CommandRecord, encode_command_record
from notification_models.schema import COMMAND_RECORDS, NOTIFICATION_RECORDS
from stream_processor.bootstrap import open_handler

from ..support.operator_tools import TIMEOUT_S, discard_insert, start_stream_processor

CREATED_AT = 1_704_067_200_000


class Erasable:
    """A running stack with one user to erase, under ids that no other test uses."""

    def __init__(self, stack, client):
        self.stack = stack
        self.client = client
        self.tag = uuid.uuid4().hex
        self.user_id = f"-使用者 🎉 {self.tag}"

    def make(self, number, **changes):
        attributes = {
            "transaction_id": f"tx-{number}-{self.tag}",
            "created_at": CREATED_AT + number,
            "user_id": self.user_id,
            "notification_title": "新年快樂",
            "status": "FAILED",
            "platform": "IOS",
            "marketing_id": f"campaign-{self.tag}",
            "device_token": f"token-{number}",
            "payload": f"payload-{number}",
        }
        return encode_command_record(CommandRecord(**(attributes | changes)))

    def put(self, *items):
        for item in items:
            self.stack.aws.dynamodb.put_item(TableName=COMMAND_RECORDS.name, Item=item)

    def settle(self):
        assert self.stack.event_source.wait_until_caught_up(60)

    def start(self, *arguments):
        return start_stream_processor(self.stack, *arguments)

    def run(self, *arguments):
        """Run a command to its end; returns its status and standard output."""
        process = self.start(*arguments)
        out, errors = process.communicate(timeout=TIMEOUT_S)
        assert "Traceback" not in errors
        assert self.tag not in errors
        return process.returncode, out

    def erase(self, *options):
        """Erase the user; returns the status and the receipt."""
        arguments = ("erase-user", "--yes", "--format=json", *options, "--", self.user_id)
        status, out = self.run(*arguments)
        assert self.tag not in out
        return status, json.loads(out)

    def count_rows(self):
        """Count the rows that the API returns for the user and for their first transaction."""
        queries = (self.client.user(self.user_id), self.client.failures(f"tx-0-{self.tag}"))
        return tuple(len(list(query)) for query in queries)

    def count_tombstones(self):
        found = self.stack.aws.dynamodb.query(
            TableName=NOTIFICATION_RECORDS.name,
            KeyConditionExpression="user_id = :user",
            FilterExpression="attribute_exists(deleted_at)",
            ExpressionAttributeValues={":user": {"S": self.user_id}},
        )
        return found["Count"]

    def count_quarantined(self):
        attributes = self.stack.aws.sqs.get_queue_attributes(
            QueueUrl=self.stack.quarantine_queue_url, AttributeNames=["All"]
        )
        return int(attributes["Attributes"]["ApproximateNumberOfMessages"])

    def discard(self, image):
        discard_insert(self.stack, image)


@contextmanager
def connect(stack):
    with NotificationClient(stack.api_url, trust_env=False) as client:
        yield Erasable(stack, client)


@pytest.fixture(scope="module")
def own_stack():
    """A stack of these tests alone, since their commands read whole tables."""
    with run_stack(StackOptions(), lambda _step: None) as running:
        yield running


@pytest.fixture
def erasable(own_stack):
    with connect(own_stack) as connected:
        yield connected


def test_an_erased_user_is_in_no_response_and_other_users_are(erasable):
    other = erasable.make(9, user_id=f"other-{erasable.tag}")
    erasable.put(*map(erasable.make, range(5)), other)
    erasable.settle()
    assert erasable.count_rows() == (5, 1)

    status, receipt = erasable.erase()

    assert status == 0
    assert (receipt["records"], receipt["rows"], receipt["is_complete"]) == (5, 5, True)
    assert erasable.count_rows() == (0, 0)
    (kept,) = erasable.client.campaign(f"campaign-{erasable.tag}")
    assert kept.user_id == f"other-{erasable.tag}"


def test_neither_redelivery_nor_redrive_nor_rebuild_brings_a_row_back(erasable):
    records = [*map(erasable.make, range(3))]
    erasable.put(*records)
    erasable.settle()
    erasable.discard(records[0])
    erasable.erase()
    erasable.settle()

    stack = erasable.stack
    with run_pipeline(stack.aws, stack.emulator_url, print, open_inserting_handler) as second:
        # It delivers the whole stream again.
        assert second.event_source.wait_until_caught_up(60)
    assert erasable.count_rows() == (0, 0)
    assert erasable.run("redrive", "--from=s3")[0] == 0
    assert erasable.run("rebuild")[0] == 0

    assert erasable.count_rows() == (0, 0)
    assert erasable.count_tombstones() == 3
    assert erasable.run("verify", "--lag=0")[0] == 0


@contextmanager
def open_inserting_handler(*arguments):
    """Open a handler that gets no deletes: only tombstones keep rows away."""
    with open_handler(*arguments) as handler:

        def handle(event, context):
            inserts = [each for each in event["Records"] if each["eventName"] == "INSERT"]
            return handler({"Records": inserts}, context)

        yield handle


def test_poison_records_of_the_user_are_erased_too(erasable):
    poison = erasable.make(1) | {"created_at": {"N": "1E+20"}}
    erasable.put(erasable.make(0), poison)
    erasable.settle()
    quarantined = erasable.count_quarantined()

    status, receipt = erasable.erase()

    assert (status, receipt["records"], receipt["rows"]) == (0, 2, 1)
    assert erasable.count_rows() == (0, 0)
    erasable.settle()
    assert erasable.count_quarantined() == quarantined == 1


def test_rows_are_buried_while_the_stream_stands_still_and_stay_so_afterwards():
    may_deliver = threading.Event()
    may_deliver.set()

    @contextmanager
    def open_stopping_handler(*arguments):
        with open_handler(*arguments) as handler:

            def handle(event, context):
                assert may_deliver.wait(TIMEOUT_S)
                return handler(event, context)

            yield handle

    with (
        run_stack(StackOptions(), lambda _step: None, open_stopping_handler) as stack,
        connect(stack) as erasable,
    ):
        erasable.put(*map(erasable.make, range(3)))
        erasable.settle()
        may_deliver.clear()
        erasable.put(erasable.make(3), erasable.make(0, status="SENT"))

        status, receipt = erasable.erase("--lag=1")

        assert (status, receipt["records"], receipt["rows_buried"]) == (0, 4, 3)
        assert erasable.count_rows() == (0, 0)
        may_deliver.set()
        erasable.settle()
        assert erasable.count_rows() == (0, 0)
        assert erasable.count_tombstones() == 4


def test_a_user_to_whom_records_are_written_during_the_erasure_is_erased_by_another(erasable):
    stopping = threading.Event()

    def write():
        number = 0
        while not stopping.is_set():
            erasable.put(erasable.make(number))
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        erasable.erase("--lag=1")
    finally:
        stopping.set()
        writer.join()

    assert erasable.erase()[0] == 0
    erasable.settle()
    assert erasable.count_rows() == (0, 0)


def test_an_interrupted_erasure_prints_what_it_did_and_another_continues(erasable):
    erasable.put(*map(erasable.make, range(5)))
    erasable.settle()
    slowly = ("--segments=1", "--max-pages-per-second=0.05")

    with erasable.start("erase-user", "--yes", *slowly, "--", erasable.user_id) as process:
        while erasable.stack.aws.dynamodb.scan(
            TableName=COMMAND_RECORDS.name,
            FilterExpression="user_id = :user",
            ExpressionAttributeValues={":user": {"S": erasable.user_id}},
        )["Count"]:
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=TIMEOUT_S)

    assert process.returncode == 1
    assert out.startswith("5 command records deleted; 5 rows at the start")
    assert "may be left: run it again" in out
    assert errors.splitlines()[-1] == "Interrupted: run it again to continue"
    assert erasable.erase()[0] == 0


def test_an_export_has_records_rows_and_tombstones_and_ends_with_their_numbers(erasable, tmp_path):
    records = [*map(erasable.make, range(3))]
    erasable.put(*records)
    erasable.settle()
    key = {name: records[2][name] for name in ("transaction_id", "created_at")}
    erasable.stack.aws.dynamodb.delete_item(TableName=COMMAND_RECORDS.name, Key=key)
    erasable.settle()
    path = tmp_path / "user.ndjson"

    status, out = erasable.run("export-user", f"--output={path}", "--", erasable.user_id)

    assert (status, out) == (0, "")
    *lines, last = map(json.loads, path.read_text("utf-8").splitlines())
    assert last == {"kind": "end", "command_records": 2, "rows": 2, "tombstones": 1}
    assert {line["item"]["user_id"] for line in lines} == {erasable.user_id}
    exported = {line["item"].get("payload") for line in lines if line["kind"] == "command_record"}
    assert exported == {"payload-0", "payload-1"}
