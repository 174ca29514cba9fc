"""Unprocessed keys, which the emulator never returns."""

import pytest
from botocore.exceptions import ClientError

from stream_processor.aws.retry import RetryPolicy
from stream_processor.exceptions import TableReadError
from stream_processor.tables.table_reader import TableReader

KEYS = [{"id": {"S": str(number)}} for number in range(3)]


class FakeDynamoDB:
    """Returns one item in each call, and the other keys as unprocessed."""

    def __init__(self):
        self.calls = 0

    def batch_get_item(self, *, RequestItems):  # noqa: N803 - the API's name
        self.calls += 1
        (request,) = RequestItems.values()
        assert request["ConsistentRead"] is True
        first, *others = request["Keys"]
        unprocessed = {"rows": {"Keys": others}} if others else {}
        return {"Responses": {"rows": [first]}, "UnprocessedKeys": unprocessed}


class ThrottlingDynamoDB:
    def __init__(self):
        self.calls = 0

    def batch_get_item(self, **_):
        self.calls += 1
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "BatchGetItem")


def make_reader(client, attempts):
    policy = RetryPolicy(attempts=attempts, sleep=lambda _seconds: None)
    return TableReader(client, "rows", policy)


def test_unprocessed_keys_are_read_again():
    client = FakeDynamoDB()

    assert make_reader(client, attempts=3).find_many(KEYS) == KEYS
    assert client.calls == 3


def test_keys_that_stay_unprocessed_are_a_read_error():
    with pytest.raises(TableReadError) as caught:
        make_reader(FakeDynamoDB(), attempts=2).find_many(KEYS)

    assert caught.value.code == "UnprocessedKeys"
    assert caught.value.is_retry_safe


def test_an_error_is_not_retried_beyond_the_clients_own_retries():
    client = ThrottlingDynamoDB()

    with pytest.raises(TableReadError):
        make_reader(client, attempts=3).find_many(KEYS)

    assert client.calls == 1
