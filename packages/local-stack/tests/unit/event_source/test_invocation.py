import json
from datetime import UTC, datetime

import pytest

from local_stack.event_source.invocation import encode_event_record, find_first_failure, invoke

NUMBERS = ["100", "200", "300"]


def _report(*identifiers):
    return {"batchItemFailures": [{"itemIdentifier": each} for each in identifiers]}


@pytest.mark.parametrize(
    "response", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}]
)
def test_an_empty_response_is_complete_success(response):
    assert find_first_failure(response, NUMBERS) is None


@pytest.mark.parametrize(
    ("response", "first_failed"),
    [
        (_report("200"), 1),
        (_report("300"), 2),
        (_report("300", "200"), 1),
        (_report("200", "200"), 1),
        (_report("100", "300"), 0),
    ],
)
def test_the_lowest_reported_record_is_the_first_to_retry(response, first_failed):
    assert find_first_failure(response, NUMBERS) == first_failed


@pytest.mark.parametrize(
    "response",
    [
        _report(""),
        _report(None),
        _report("400"),
        _report("300", "400"),
        _report(300),
        {"batchItemFailures": [{"id": "300"}]},
        {"batchItemFailures": ["300"]},
        {"batchItemFailures": [None]},
        {"batchItemFailures": {"itemIdentifier": "300"}},
        {"batchItemFailures": "300"},
        {"failures": []},
        [],
        "done",
        0,
        False,
    ],
)
def test_an_invalid_response_is_complete_failure(response):
    assert find_first_failure(response, NUMBERS) == 0


def test_an_exception_is_complete_failure(make_records):
    def handler(_event, _context):
        raise RuntimeError

    assert invoke(handler, "function", make_records(3)) == 0


def test_the_text_of_an_exception_is_not_logged(make_records, caplog):
    def handler(_event, _context):
        raise RuntimeError("user test_user_001")

    invoke(handler, "function", make_records(1))

    assert "RuntimeError" in caplog.text
    assert "test_user_001" not in caplog.text


def test_a_response_that_has_no_json_form_is_complete_failure(make_records):
    assert invoke(lambda _event, _context: {"batchItemFailures": {1, 2}}, "f", make_records(3)) == 0


def test_a_function_cannot_change_the_records_of_its_retry(make_records):
    records = make_records(2)

    def handler(event, _context):
        event["Records"][0]["dynamodb"]["SequenceNumber"] = "changed"
        event["Records"].clear()

    invoke(handler, "function", records)

    assert records == make_records(2)


def test_the_context_has_function_name_remaining_time_and_request_id(make_records):
    contexts = []

    invoke(lambda _event, context: contexts.append(context), "function", make_records(1))
    invoke(lambda _event, context: contexts.append(context), "function", make_records(1))

    assert contexts[0].function_name == "function"
    assert 0 < contexts[0].get_remaining_time_in_millis() <= 60_000
    assert contexts[0].aws_request_id != contexts[1].aws_request_id


def test_a_record_of_the_streams_api_is_encoded_as_in_a_lambda_event():
    record = {
        "eventID": "1",
        "eventName": "REMOVE",
        "eventSource": "aws:dynamodb",
        "awsRegion": "ap-southeast-1",
        "dynamodb": {
            "ApproximateCreationDateTime": datetime(2026, 1, 1, tzinfo=UTC),
            "Keys": {"transaction_id": {"S": "新年"}},
            "OldImage": {"blob": {"B": b"\x00\xff"}, "blobs": {"BS": [b"a"]}},
            "SequenceNumber": "000000000000000000001",
        },
        "userIdentity": {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"},
    }

    encoded = encode_event_record(record, "arn:stream")

    assert encoded == {
        "eventID": "1",
        "eventName": "REMOVE",
        "eventSource": "aws:dynamodb",
        "awsRegion": "ap-southeast-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1767225600,
            "Keys": {"transaction_id": {"S": "新年"}},
            "OldImage": {"blob": {"B": "AP8="}, "blobs": {"BS": ["YQ=="]}},
            "SequenceNumber": "000000000000000000001",
        },
        "userIdentity": {"principalId": "dynamodb.amazonaws.com", "type": "Service"},
        "eventSourceARN": "arn:stream",
    }
    assert json.loads(json.dumps(encoded)) == encoded
