"""Runs the operator tools, the command `stream-processor`, beside a running stack."""

import json
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest

from local_stack.emulator.resources import ON_FAILURE_BUCKET
from local_stack.stack import StackOptions, run_stack
from notification_models import CommandRecord, RowKey, encode_command_record, encode_row_key
from notification_models.schema import COMMAND_RECORDS, NOTIFICATION_RECORDS

from ..support.operator_tools import TIMEOUT_S, discard_insert, start_stream_processor

CREATED_AT = 1_704_067_200_000
CANARIES = ("test_user", "canary-title", "tx_0")


@pytest.fixture
def stack(stack):
    """The shared stack, emptied because the tools work on whole tables."""
    pipeline = Pipeline(stack)
    pipeline.clear()
    return pipeline


@pytest.fixture
def own_stack():
    """A stack for many records, which would slow down the shared one."""
    with run_stack(StackOptions(), lambda _step: None) as running:
        yield Pipeline(running)


class Pipeline:
    def __init__(self, running):
        self._running = running
        self._dynamodb = running.aws.dynamodb

    def clear(self):
        self._empty_table(COMMAND_RECORDS, "transaction_id", "created_at")
        self.settle()
        self.empty_read_table()
        aws = self._running.aws
        aws.sqs.purge_queue(QueueUrl=self._running.quarantine_queue_url)
        objects = aws.s3.list_objects_v2(Bucket=ON_FAILURE_BUCKET).get("Contents", [])
        for each in objects:
            aws.s3.delete_object(Bucket=ON_FAILURE_BUCKET, Key=each["Key"])

    def _empty_table(self, table, *key_names):
        for page in self._dynamodb.get_paginator("scan").paginate(TableName=table.name):
            for item in page["Items"]:
                key = {name: item[name] for name in key_names}
                self._dynamodb.delete_item(TableName=table.name, Key=key)

    def put(self, *records):
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda each: self.put_item(encode_command_record(each)), records))

    def put_item(self, item):
        self._dynamodb.put_item(TableName=COMMAND_RECORDS.name, Item=item)

    def delete(self, record):
        item = encode_command_record(record)
        key = {name: item[name] for name in ("transaction_id", "created_at")}
        self._dynamodb.delete_item(TableName=COMMAND_RECORDS.name, Key=key)

    def settle(self):
        assert self._running.event_source.wait_until_caught_up(60)

    def row_of(self, record):
        return self._dynamodb.get_item(
            TableName=NOTIFICATION_RECORDS.name, Key=_key_of(record), ConsistentRead=True
        ).get("Item")

    def drop_row(self, record):
        self._dynamodb.delete_item(TableName=NOTIFICATION_RECORDS.name, Key=_key_of(record))

    def change_row(self, record, **texts):
        self.put_row(self.row_of(record) | {name: {"S": text} for name, text in texts.items()})

    def put_row(self, item):
        self._dynamodb.put_item(TableName=NOTIFICATION_RECORDS.name, Item=item)

    def empty_read_table(self):
        self._empty_table(NOTIFICATION_RECORDS, "user_id", "notification_key")

    def discard(self, record):
        discard_insert(self._running, encode_command_record(record))

    def start(self, *arguments):
        return start_stream_processor(self._running, *arguments)

    def run(self, *arguments):
        """Run a command to its end; returns status, standard output and standard error."""
        process = self.start(*arguments)
        out, errors = process.communicate(timeout=TIMEOUT_S)
        assert "Traceback" not in errors
        assert not any(canary in out + errors for canary in CANARIES)
        return process.returncode, out, errors

    def verify(self, *options):
        status, out, _ = self.run("verify", "--format=json", *options)
        return status, json.loads(out)


def _key_of(record):
    key = RowKey(record.user_id, f"{record.created_at:013d}#{record.transaction_id}")
    return encode_row_key(key)


def make_records(count, **changes):
    return [
        replace(
            CommandRecord(
                transaction_id=f"tx_{number:04d}",
                created_at=CREATED_AT + number,
                user_id=f"test_user_{number % 7}",
                notification_title="canary-title",
                status="SENT",
                platform="IOS",
            ),
            **changes,
        )
        for number in range(count)
    ]


@contextmanager
def writing(stack, records):
    """Change and delete records one by one while the with block runs."""
    stopping = threading.Event()

    def write():
        written = 0
        while not stopping.is_set():
            record = records[written % len(records)]
            if written % 5 == 4:
                stack.delete(record)
            else:
                stack.put(replace(record, status=f"S{written}"))
            written += 1
        return written

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(write)
        try:
            yield
        finally:
            stopping.set()
    assert running.result() > 5


def test_differences_are_counted_and_repaired_during_writes(stack):
    records = make_records(60)
    stack.put(*records)
    stack.settle()
    for record in records[:3]:
        stack.drop_row(record)
    for record in records[3:5]:
        stack.change_row(record, status="canary-title")
    for record in records[5:9]:
        # No stream record will correct this row: only a comparison of both tables finds it.
        row = stack.row_of(record)
        stack.delete(record)
        stack.settle()
        stack.put_row(row)

    status, found = stack.verify("--lag=0")
    assert status == 1
    assert (found["missing"], found["stale"], found["orphan"]) == (3, 2, 4)
    assert (found["differences"], found["repaired"], found["records"]) == (9, 0, 56)

    with writing(stack, records[20:30]):
        status, found = stack.verify("--repair", "--lag=3")
    assert status == 1
    assert (found["missing"], found["stale"], found["orphan"]) == (3, 2, 4)
    assert found["repaired"] == 9

    stack.settle()
    status, out, _ = stack.run("verify", "--lag=0")
    assert status == 0
    assert "0 differences in both tables" in out


def test_the_orphan_of_a_record_that_moved_is_counted_and_repaired_once(stack):
    (record,) = make_records(1)
    stack.put(record)
    stack.settle()
    left_behind = stack.row_of(record)
    stack.put(replace(record, user_id="test_user_other"))
    stack.settle()
    stack.put_row(left_behind)

    _, found = stack.verify("--repair", "--lag=0")

    assert (found["differences"], found["orphan"], found["repaired"]) == (1, 1, 1)
    assert stack.verify("--lag=0")[0] == 0


def test_the_result_of_a_sample_shows_its_share(stack):
    stack.put(*make_records(5))
    stack.settle()

    status, out, _ = stack.run("verify", "--sample=1", "--lag=0")

    assert status == 0
    assert "in a sample of 1 percent" in out


def test_a_rebuild_that_is_killed_twice_resumes_during_writes(own_stack, tmp_path):
    records = make_records(800)
    own_stack.put(*records)
    own_stack.settle()
    own_stack.empty_read_table()
    state = tmp_path / "state.json"
    options = ("rebuild", "--segments=2", f"--state={state}")

    with writing(own_stack, records[::50]):
        reached = [_kill_when_further(own_stack, options, state, than=0)]
        reached.append(_kill_when_further(own_stack, options, state, than=reached[0]))
        status, out, _ = own_stack.run(*options)

    assert status == 0
    assert 0 < reached[0] < reached[1] < 800
    assert own_stack.run(*options)[1] == (
        f"{state}: this rebuild is finished; delete the file to begin another\n"
    )
    own_stack.settle()
    assert own_stack.verify("--lag=0")[0] == 0
    assert "canary" not in out


def _kill_when_further(stack, options, state, than):
    """Start a rebuild and kill it after more than `than` records; returns how many it has read."""
    with stack.start(*options, "--max-writes-per-second=250") as process:
        while (read := _count_read(state)) <= than:
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
        process.kill()
    return max(read, _count_read(state))


def _count_read(state):
    if not state.exists():
        return 0
    segments = json.loads(state.read_text())["segments"]
    return sum(sum(segment["counts"].values()) for segment in segments)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_rebuild_prints_how_to_resume_and_keeps_its_state(stack, tmp_path, number):
    stack.put(*make_records(150))
    stack.settle()
    stack.empty_read_table()
    state = tmp_path / "state.json"

    with stack.start(
        "rebuild", "--segments=1", f"--state={state}", "--max-writes-per-second=60"
    ) as process:
        while not _count_read(state):
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(number)
        out, errors = process.communicate(timeout=TIMEOUT_S)

    assert process.returncode == 1
    assert errors.splitlines()[-1] == "Interrupted: run it again to resume"
    assert out.startswith("100 command records read: 0 rows already right, 100 written")
    assert stack.run("rebuild", f"--state={state}")[0] == 0
    assert stack.verify("--lag=0")[0] == 0


def test_a_dry_run_of_a_rebuild_counts_and_writes_nothing(stack):
    records = make_records(20)
    stack.put(*records)
    stack.settle()
    stack.empty_read_table()

    status, out, _ = stack.run("rebuild", "--dry-run")

    assert status == 0
    assert "20 would be written" in out
    assert stack.row_of(records[0]) is None


def test_a_quarantined_record_is_redriven_after_its_correction(stack):
    (record,) = make_records(1)
    item = encode_command_record(record)
    stack.put_item({name: value for name, value in item.items() if name != "user_id"})
    stack.settle()

    status, out, _ = stack.run("redrive", "--from=queue")
    assert status == 1
    assert "remains: the command record is still poison: attribute 'user_id' is missing" in out
    assert "0 entries deleted, 1 remain" in out

    stack.put(record)
    stack.settle()
    stack.drop_row(record)
    status, out, _ = stack.run("redrive", "--from=queue", "--dry-run")
    assert status == 0
    assert "1 of 1 records would be repaired" in out
    assert stack.row_of(record) is None

    status, out, _ = stack.run("redrive", "--from=queue")
    assert status == 0
    assert "1 entries deleted, 0 remain; 1 records repaired" in out
    assert stack.row_of(record)["status"] == {"S": "SENT"}

    status, out, _ = stack.run("redrive", "--from=queue")
    assert (status, out) == (0, "0 entries deleted, 0 remain; 0 records repaired\n")


def test_a_discarded_batch_is_redriven_from_the_on_failure_bucket(stack):
    (record,) = make_records(1)
    stack.put(record)
    stack.settle()
    stack.drop_row(record)
    stack.discard(record)

    status, out, _ = stack.run("redrive", "--from=s3", "--dry-run")
    assert status == 0
    assert "nothing was changed" in out
    assert stack.row_of(record) is None

    assert stack.run("redrive", "--from=s3")[0] == 0
    assert stack.row_of(record)["status"] == {"S": "SENT"}
    assert stack.run("redrive", "--from=s3")[1].startswith("0 entries")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["verify", "--read-table=nothing"], "table nothing at http://127.0.0.1"),
        (["rebuild", "--command-table=nothing"], "table nothing at http://127.0.0.1"),
        (["redrive", "--from=s3", "--bucket=nothing"], "NoSuchBucket"),
    ],
)
def test_an_error_is_one_line(stack, arguments, message):
    status, _, errors = stack.run(*arguments)

    assert status == 2
    (line,) = errors.splitlines()
    assert line.startswith("Error: ")
    assert message in line
