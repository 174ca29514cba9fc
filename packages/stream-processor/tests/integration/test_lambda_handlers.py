"""The operator tools as Lambda functions: settings from the environment, real tables and queue."""

import json

import pytest

from notification_models import InvalidRecordError
from notification_models.schema import (
    COMMAND_RECORDS,
    NOTIFICATION_RECORDS,
    encode_create_table,
)
from stream_processor.exceptions import InvalidSettingError, OutOfTimeError
from stream_processor.lambda_handlers import rebuild_segment, redrive, verify
from stream_processor.operations import lambda_tools
from stream_processor.operations.repair import UNVERSIONED
from stream_processor.stream.quarantine import SQSQuarantine, encode_message

from ..support.fakes import Context

RECORDS = 250


PLENTY, NONE = Context(900_000), Context(0)


@pytest.fixture
def tables(read_table, monkeypatch, emulator_url, keep_log_format):  # noqa: ARG001 - restores it
    """Both tables, in the account of the environment's credentials."""
    read_table.create_table(**encode_create_table(COMMAND_RECORDS))
    table = read_table.describe_table(TableName=COMMAND_RECORDS.name)["Table"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", table["TableArn"].split(":")[4])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "unchecked")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-southeast-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator_url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    lambda_tools._open_operator_tools_once.cache_clear()  # noqa: SLF001 - a new environment
    return read_table


@pytest.fixture
def records(tables, make_item):
    for number in range(RECORDS):
        item = make_item(transaction_id=f"tx_{number:03d}")
        tables.put_item(TableName=COMMAND_RECORDS.name, Item=item)


@pytest.mark.usefixtures("records")
def test_a_segment_is_rebuilt_in_several_invocations():
    returned = {"segment": 0, "total_segments": 1}
    invocations = 0

    while not returned.get("is_done"):
        # What a state machine keeps between invocations is JSON.
        returned = json.loads(json.dumps(rebuild_segment(returned, NONE)))
        invocations += 1

    assert invocations == 3
    assert returned["counts"] == {
        "unchanged": 0,
        "written": 250,
        "repaired": 0,
        "poison": 0,
        "failed": 0,
    }
    assert (returned["segment"], returned["total_segments"]) == (0, 1)
    assert verify({"lag_seconds": 0}, PLENTY)["differences"] == 0


@pytest.mark.usefixtures("records")
def test_segments_are_rebuilt_in_one_invocation_if_there_is_time():
    returned = [
        rebuild_segment({"segment": index, "total_segments": 4}, PLENTY) for index in range(4)
    ]

    assert all(each["is_done"] for each in returned)
    assert sum(each["counts"]["written"] for each in returned) == RECORDS


@pytest.mark.usefixtures("records")
def test_differences_are_returned_and_emitted_as_metrics(capsys):
    counts = verify({"lag_seconds": 0}, PLENTY)

    assert (counts["missing"], counts["differences"], counts["repaired"]) == (250, 250, 0)
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["Differences"] == 250


@pytest.mark.usefixtures("records")
def test_differences_are_repaired_on_request():
    assert verify({"lag_seconds": 0, "repair": True}, PLENTY)["repaired"] == RECORDS
    assert verify({"lag_seconds": 0}, PLENTY)["differences"] == 0


@pytest.mark.usefixtures("records")
def test_a_sample_is_a_part_of_the_records():
    counts = verify({"lag_seconds": 0, "sample_percent": 20}, PLENTY)

    assert 0 < counts["records"] < RECORDS


@pytest.mark.usefixtures("records")
def test_a_verification_out_of_time_fails_and_emits_its_metrics(capsys):
    with pytest.raises(OutOfTimeError):
        verify({"lag_seconds": 0}, NONE)

    (line,) = capsys.readouterr().out.splitlines()
    assert "Differences" in json.loads(line)


@pytest.fixture
def quarantined(
    tables,
    aws_client,
    lean_client,
    socket_runner,
    emulator_url,
    monkeypatch,
    make_record,
    make_item,
):
    """Two quarantined records: one has been corrected, the other is still poison."""
    queue_url = aws_client("sqs").create_queue(QueueName="quarantine")["QueueUrl"]
    quarantine = SQSQuarantine(lean_client("sqs", emulator_url), queue_url)
    monkeypatch.setenv("QUARANTINE_QUEUE_URL", queue_url)
    for transaction, user_id in (("tx_corrected", "test_user_001"), ("tx_poison", None)):
        poison = make_item(transaction_id=transaction, user_id=None)
        error = InvalidRecordError("user_id", "is missing")
        socket_runner.run(quarantine.put(make_record(1, new=poison), error))
        now = make_item(transaction_id=transaction, user_id=user_id)
        tables.put_item(TableName=COMMAND_RECORDS.name, Item=now)


@pytest.mark.usefixtures("quarantined")
def test_the_quarantine_is_redriven():
    trial = redrive({"from": "queue", "dry_run": True}, PLENTY)
    first = redrive({"from": "queue"}, PLENTY)
    second = redrive({"from": "queue"}, PLENTY)

    assert trial == first == {"redriven": 1, "remaining": 1, "is_done": True}
    assert second == {"redriven": 0, "remaining": 1, "is_done": True}


def test_a_forged_entry_does_not_hold_off_later_changes(
    tables, aws_client, monkeypatch, make_record, make_item
):
    sqs = aws_client("sqs")
    queue_url = sqs.create_queue(QueueName="quarantine")["QueueUrl"]
    monkeypatch.setenv("QUARANTINE_QUEUE_URL", queue_url)
    tables.put_item(TableName=COMMAND_RECORDS.name, Item=make_item())
    record = make_record(9, new=make_item(), stream_arn="a/stream/9999-01-01T00:00:00.000")
    forged = encode_message(record, InvalidRecordError("user_id", "is missing"))
    sqs.send_message(QueueUrl=queue_url, MessageBody=forged)

    returned = redrive({"from": "queue"}, PLENTY)

    assert returned["redriven"] == 1
    (row,) = tables.scan(TableName=NOTIFICATION_RECORDS.name)["Items"]
    assert row["version"] == {"S": UNVERSIONED}


@pytest.mark.usefixtures("quarantined")
def test_a_redrive_without_time_redrives_one_entry_and_is_not_done():
    returned = redrive({"from": "queue"}, NONE)

    assert returned["redriven"] + returned["remaining"] == 1
    assert returned["is_done"] is False


@pytest.mark.usefixtures("tables")
def test_a_missing_setting_of_the_bucket_is_named():
    with pytest.raises(InvalidSettingError) as caught:
        redrive({"from": "s3"}, PLENTY)

    assert caught.value.setting == "FAILURES_BUCKET"
