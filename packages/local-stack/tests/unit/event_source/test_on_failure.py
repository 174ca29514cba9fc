import json
import re
from datetime import UTC, datetime

import pytest

from local_stack.emulator.aws_access import create_client, create_session
from local_stack.event_source.delivery import DiscardedBatch
from local_stack.event_source.on_failure import (
    OnFailureDestination,
    encode_invocation_record,
    encode_object_key,
)
from local_stack.exceptions import DestinationError
from local_stack.ports import find_port

NOW = datetime(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=UTC)
UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def test_the_invocation_record_has_lambdas_format(make_records):
    records = make_records(2, arrival_s=1767225600)
    batch = DiscardedBatch(tuple(records), "RetryAttemptsExhausted", 11)

    record = encode_invocation_record(batch, function_arn="arn:f", shard_id="shard-1", now=NOW)

    assert re.fullmatch(UUID, record["requestContext"].pop("requestId"))
    assert json.loads(record.pop("payload")) == {"Records": records}
    assert record == {
        "requestContext": {
            "functionArn": "arn:f",
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": 11,
        },
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": "Unhandled",
        },
        "version": "1.0",
        "timestamp": "2026-01-02T03:04:05.678Z",
        "DDBStreamBatchInfo": {
            "shardId": "shard-1",
            "startSequenceNumber": "000000000000000000001",
            "endSequenceNumber": "000000000000000000002",
            "approximateArrivalOfFirstRecord": "2026-01-01T00:00:00Z",
            "approximateArrivalOfLastRecord": "2026-01-01T00:00:00Z",
            "batchSize": 2,
            "streamArn": records[0]["eventSourceARN"],
        },
    }


def test_an_object_key_has_mapping_shard_and_time():
    key = encode_object_key("shard-1", NOW)

    assert re.fullmatch(rf"aws/lambda/{UUID}/shard-1/2026/01/02/2026-01-02T03\.04\.05-{UUID}", key)


def test_an_unreachable_bucket_raises_a_destination_error(make_records):
    s3 = create_client(create_session(), "s3", f"http://127.0.0.1:{find_port(0, option='')}")
    bucket = OnFailureDestination(s3, "bucket", "arn:f", "shard-1")

    with pytest.raises(DestinationError):
        bucket.send(DiscardedBatch(tuple(make_records(1)), "RecordAgeExceeded", 0))
