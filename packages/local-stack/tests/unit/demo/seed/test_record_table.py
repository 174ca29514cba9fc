import asyncio
import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_client import InvalidRequestError, RetryPolicy
from local_stack.demo.seed.generator import generate
from local_stack.demo.seed.record_table import RecordTable, RecordTableError

from .plans import make_plan

AT_ONCE = RetryPolicy(attempts=50, first_delay_s=0, longest_delay_s=0, retries_throttled=True)
RECORDS = [each.sent for each in generate(make_plan(records=130))]


class FakeClient:
    """DynamoDB that leaves a random part of each batch unprocessed, or fails."""

    endpoint_url = "http://dynamodb"

    def __init__(self, chance=None, error=None):
        self.written = []
        self.running = self.most_running = 0
        self._chance = chance
        self._error = error

    async def call(self, _operation, body, _decode):
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        await asyncio.sleep(0)
        self.running -= 1
        if self._error:
            raise self._error
        ((table, requests),) = json.loads(body)["RequestItems"].items()
        assert 0 < len(requests) <= 25
        done = len(requests) if self._chance is None else self._chance.randint(0, len(requests))
        self.written += requests[:done]
        return {"UnprocessedItems": {table: requests[done:]} if requests[done:] else {}}


class NoChance:
    def randint(self, low, _high):
        return low


def put_all(client, policy=AT_ONCE):
    reported = []

    async def run():
        table = RecordTable(client, "command-records", policy)
        await table.put_all(RECORDS, reported.append)

    asyncio.run(run())
    return reported


def find_written(client):
    return sorted(each["PutRequest"]["Item"]["transaction_id"]["S"] for each in client.written)


@given(st.integers())
def test_unprocessed_items_are_written_again_and_nothing_is_lost(seed):
    client = FakeClient(Random(seed))

    reported = put_all(client)

    assert find_written(client) == sorted(each.transaction_id for each in RECORDS)
    assert sum(reported) == len(RECORDS)


def test_at_most_eight_batches_run_at_once():
    client = FakeClient()

    async def run():
        await RecordTable(client, "command-records").put_all(RECORDS * 4, lambda _count: None)

    asyncio.run(run())

    assert client.most_running == 8


def test_items_that_stay_unprocessed_are_an_error():
    with pytest.raises(RecordTableError, match="UnprocessedItems"):
        put_all(FakeClient(NoChance()))


def test_an_error_names_the_table_the_endpoint_and_the_code():
    with pytest.raises(RecordTableError) as caught:
        put_all(FakeClient(error=InvalidRequestError("ValidationException")))

    assert "table command-records at http://dynamodb" in str(caught.value)
    assert "ValidationException" in str(caught.value)
