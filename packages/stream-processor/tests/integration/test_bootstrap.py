"""The wired handler over real tables and a real queue."""

import json
import subprocess
import sys

import pytest

from notification_models import InvalidRecordError, RowKey, Tombstone, decode_row, encode_row_key
from notification_models.schema import NOTIFICATION_RECORDS
from stream_processor.bootstrap import open_handler
from stream_processor.settings import Settings
from stream_processor.stream.quarantine import encode_message

from ..support.fakes import Context


@pytest.fixture
def queue_url(aws_client):
    return aws_client("sqs").create_queue(QueueName="quarantine")["QueueUrl"]


@pytest.fixture
def pipeline(session, emulator_url, read_table, aws_client, queue_url):
    settings = Settings(quarantine_queue_url=queue_url)
    with open_handler(settings, session, emulator_url) as handler:
        yield handler, read_table, aws_client("sqs"), queue_url


def test_one_poison_record_among_ten_is_queued_and_nine_become_rows(
    pipeline, make_record, make_item
):
    handler, dynamodb, sqs, queue_url = pipeline
    records = [make_record(n, new=make_item(transaction_id=f"tx_{n}")) for n in range(10)]
    records[3] = make_record(3, new=make_item(transaction_id="tx_\ufffe\x01 新年", user_id=None))

    response = handler({"Records": records}, Context())

    assert response == {"batchItemFailures": []}
    assert dynamodb.scan(TableName=NOTIFICATION_RECORDS.name)["Count"] == 9
    (message,) = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)["Messages"]
    assert message["Body"] == encode_message(
        records[3], InvalidRecordError("user_id", "is missing")
    )


def test_a_record_that_loses_its_user_has_no_row_and_is_queued(pipeline, make_record, make_item):
    handler, dynamodb, sqs, queue_url = pipeline
    scrub = make_record(2, old=make_item(), new=make_item(user_id=None))

    response = handler({"Records": [make_record(1, new=make_item()), scrub]}, Context())

    assert response == {"batchItemFailures": []}
    (item,) = dynamodb.scan(TableName=NOTIFICATION_RECORDS.name)["Items"]
    assert isinstance(decode_row(item), Tombstone)
    (message,) = sqs.receive_message(QueueUrl=queue_url)["Messages"]
    assert json.loads(message["Body"])["user_ids"] == ["test_user_001"]


def test_poison_larger_than_a_message_holds_no_other_record(pipeline, make_record, make_item):
    handler, dynamodb, sqs, queue_url = pipeline
    large = make_item(user_id=None, payload="中" * 130_000)

    response = handler(
        {"Records": [make_record(1, old=large, new=large), make_record(2, new=make_item())]},
        Context(),
    )

    assert response == {"batchItemFailures": []}
    assert dynamodb.scan(TableName=NOTIFICATION_RECORDS.name)["Count"] == 1
    assert len(sqs.receive_message(QueueUrl=queue_url)["Messages"]) == 1


def test_a_row_holds_neither_device_token_nor_payload(pipeline, make_record, make_item):
    handler, dynamodb, _, _ = pipeline

    handler({"Records": [make_record(1, new=make_item(payload="canary-payload"))]}, Context())

    assert "canary" not in str(dynamodb.scan(TableName=NOTIFICATION_RECORDS.name)["Items"])


@pytest.mark.usefixtures("read_table")
def test_poison_is_reported_if_the_queue_fails(session, emulator_url, make_record, make_item):
    settings = Settings(quarantine_queue_url=f"{emulator_url}/111111111111/no-such-queue")

    with open_handler(settings, session, emulator_url) as handler:
        response = handler({"Records": [make_record(5, new=make_item(user_id=None))]}, Context())

    assert response == {"batchItemFailures": [{"itemIdentifier": "5"}]}


@pytest.mark.usefixtures("read_table")
def test_the_queue_may_have_another_endpoint_than_the_table(
    session, emulator_url, queue_url, unused_port, make_record, make_item
):
    settings = Settings(quarantine_queue_url=queue_url)
    queue_endpoint_url = f"http://127.0.0.1:{unused_port}"

    with open_handler(
        settings, session, emulator_url, queue_endpoint_url=queue_endpoint_url
    ) as handler:
        row = handler({"Records": [make_record(5, new=make_item())]}, Context())
        poison = handler({"Records": [make_record(6, new=make_item(user_id=None))]}, Context())

    assert row == {"batchItemFailures": []}
    assert poison == {"batchItemFailures": [{"itemIdentifier": "6"}]}


def test_a_deleted_record_leaves_a_tombstone_with_its_expiry(pipeline, make_record, make_item):
    handler, dynamodb, _, _ = pipeline
    handler({"Records": [make_record(1, new=make_item())]}, Context())

    handler({"Records": [make_record(2, old=make_item())]}, Context())

    key = RowKey("test_user_001", "1704067200000#tx_001")
    stored = dynamodb.get_item(TableName=NOTIFICATION_RECORDS.name, Key=encode_row_key(key))
    assert decode_row(stored["Item"]).expires_at == 1_704_067_260 + 8 * 86_400


_INVOKE = """
import json, sys
sys.modules |= {"boto3": None, "botocore": None}  # as where neither is installed
from stream_processor.lambda_handlers import project_stream
class Context:
    get_remaining_time_in_millis = staticmethod(lambda: 30_000)
json.dump(project_stream(json.load(sys.stdin), Context()), open(sys.argv[1], "w"))
"""


@pytest.fixture
def function_environment(pipeline, emulator_url, account_id):
    *_, queue_url = pipeline
    return {
        "AWS_ACCESS_KEY_ID": account_id,
        "AWS_SECRET_ACCESS_KEY": "unchecked",
        "AWS_DEFAULT_REGION": "ap-southeast-1",
        "AWS_ENDPOINT_URL": emulator_url,
        "NO_PROXY": "127.0.0.1",
        "QUARANTINE_QUEUE_URL": queue_url,
    }


@pytest.fixture
def invoke_function(tmp_path):
    """Invoke the function in a process of its own; return its response and the process."""

    def invoke(records, environment):
        response = tmp_path / "response.json"
        done = subprocess.run(
            [sys.executable, "-c", _INVOKE, str(response)],
            input=json.dumps({"Records": records}),
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(response.read_text()), done

    return invoke


def test_all_output_of_the_function_is_json_without_personal_data(
    function_environment, invoke_function, make_record, make_item
):
    canaries = {"user_id": "canary-user", "notification_title": "canary", "payload": "canary"}
    broken = make_record(4, new=make_item(**canaries))
    broken["dynamodb"]["NewImage"] = ["canary-image"]
    records = [
        make_record(1, new=make_item(**canaries)),
        make_record(2, new=make_item(**canaries | {"user_id": None})),
        make_record(3, old=make_item(**canaries, transaction_id="canary-tx")),
        broken,
    ]

    response, done = invoke_function(records, function_environment)

    assert response == {"batchItemFailures": []}
    metrics, by_ap = map(json.loads, done.stdout.splitlines())
    assert (metrics["Records"], metrics["RowsApplied"]) == (4, 2)
    assert (metrics["RecordsQuarantined"], metrics["RecordsFailed"]) == (2, 0)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["sequence_number"] for line in lines] == ["2", "4"]
    assert (by_ap["ap_id"], by_ap["status"]) == ("mobile-app-001", "SENT")
    assert by_ap["NotificationsByAp"] == 1
    assert "canary" not in done.stdout + done.stderr


def test_all_metrics_of_the_function_are_in_the_namespace_of_its_settings(
    function_environment, invoke_function, make_record, make_item
):
    environment = function_environment | {"METRICS_NAMESPACE": "dev"}

    _, done = invoke_function([make_record(1, new=make_item())], environment)

    documents = [json.loads(line) for line in done.stdout.splitlines()]
    namespaces = [each["_aws"]["CloudWatchMetrics"][0]["Namespace"] for each in documents]
    assert namespaces == ["dev", "dev"]


def test_the_metrics_by_ap_can_be_turned_off(
    function_environment, invoke_function, make_record, make_item
):
    environment = function_environment | {"METRICS_BY_AP": "off"}

    _, done = invoke_function([make_record(1, new=make_item())], environment)

    (metrics,) = map(json.loads, done.stdout.splitlines())
    assert metrics["RowsApplied"] == 1
