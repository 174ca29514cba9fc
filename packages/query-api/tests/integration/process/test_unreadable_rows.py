"""A row that cannot be decoded, among others, in the service as a process."""

import pytest

GOOD = {
    "user_id": {"S": "test_user_001"},
    "notification_key": {"S": "1704067200000#tx_001"},
    "transaction_id": {"S": "tx_001"},
    "created_at": {"N": "1704067200000"},
    "notification_title": {"S": "新年快樂 🎉"},
    "status": {"S": "SENT"},
    "platform": {"S": "IOS"},
    "version": {"S": "2024#1"},
}
BAD = GOOD | {"notification_key": {"S": "1704067200001#tx_002"}, "created_at": {"S": "today"}}


@pytest.fixture
def service(start_service, dynamodb):
    dynamodb.body = {"Count": 2, "ScannedCount": 2, "Items": [BAD, GOOD]}
    return start_service()


def test_the_others_are_returned_and_the_message_counts_it(service, query):
    answer = query(service).json()

    assert [row["transaction_id"] for row in answer["data"]] == ["tx_001"]
    assert answer["message"] == "1 notification; 1 row could not be read"


def test_it_is_logged_with_its_fault_and_without_an_id(service, query):
    response = query(service)

    (line,) = [each for each in service.lines if each["level"] == "warning"]
    assert line["request_id"] == response.headers["X-Request-Id"]
    assert (line["attribute"], line["reason"]) == ("created_at", "is not a number")
    assert "test_user_001" not in str(line)
    assert "tx_00" not in str(line)


def test_it_is_counted_in_a_metric(service, query):
    query(service)
    query(service)

    service.stop()

    documents = [each for each in service.lines if "UnreadableRows" in each]
    assert [each["UnreadableRows"] for each in documents] == [2]
