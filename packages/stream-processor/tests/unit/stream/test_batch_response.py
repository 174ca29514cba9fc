import pytest

from stream_processor.stream.batch_response import find_sequence_number, respond


def record(number):
    return {"dynamodb": {"SequenceNumber": number}}


def test_a_batch_without_a_failure_is_done():
    assert respond([record("1")], set()) == {"batchItemFailures": []}


@pytest.mark.parametrize(
    ("records", "failed", "identifier"),
    [
        ([record("1"), record("2"), record("3")], {1, 2}, "2"),
        ([record("1"), record(2), record("3")], {1}, "1"),
        ([record("1"), None, "text", record("3")], {2}, "1"),
        ([{}, record("2")], {0}, ""),
    ],
)
def test_the_first_failure_is_reported_by_the_nearest_number(records, failed, identifier):
    assert respond(records, failed) == {"batchItemFailures": [{"itemIdentifier": identifier}]}


@pytest.mark.parametrize("number", [None, 5, "", "text", "1.0", []])
def test_what_is_no_text_of_digits_is_no_sequence_number(number):
    assert find_sequence_number(record(number)) is None
