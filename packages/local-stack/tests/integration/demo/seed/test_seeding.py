import asyncio
from collections import Counter

import pytest

from local_stack.demo.sample_incident import create_sample_plan
from local_stack.demo.seed.generator import generate
from local_stack.demo.seed.record_table import RecordTableError, open_record_table
from local_stack.demo.seed.seeding import SeedProgress, remove_seed, write_plan
from local_stack.emulator.aws_access import AWS_SESSION
from local_stack.emulator.resources import create_resources
from notification_models import encode_command_record
from notification_models.schema import COMMAND_RECORDS

NOW_MS = 1_795_516_200_000
PLAN = create_sample_plan(NOW_MS)


@pytest.fixture(scope="module")
def table(clients):
    """Scan the command table."""
    create_resources(clients.dynamodb, clients.sqs, clients.s3)

    def scan():
        pages = clients.dynamodb.get_paginator("scan").paginate(TableName=COMMAND_RECORDS.name)
        return [item for page in pages for item in page["Items"]]

    return scan


@pytest.fixture
def run(clients):
    """Run a coroutine function with the open table; returns the progress."""

    def run_with_table(work):
        progress = SeedProgress()

        async def main():
            url = clients.dynamodb.meta.endpoint_url
            async with open_record_table(AWS_SESSION, url) as table:
                await work(table, progress)

        asyncio.run(main())
        return progress

    return run_with_table


def sort(items):
    return sorted(items, key=lambda item: item["transaction_id"]["S"])


def test_a_plan_is_written_as_generated_with_two_writes_of_most_records(clients, table, run):
    progress = run(lambda table, progress: write_plan(PLAN, table, progress))

    expected = [encode_command_record(each.last) for each in generate(PLAN)]
    assert sort(table()) == sort(expected)
    events = Counter(each["eventName"] for each in read_stream(clients))
    outcomes = sum(each.final is not None for each in generate(PLAN))
    assert events == {"INSERT": PLAN.records, "MODIFY": outcomes}
    assert progress.writes == events.total()


def read_stream(clients):
    (stream,) = clients.streams.list_streams()["Streams"]
    description = clients.streams.describe_stream(StreamArn=stream["StreamArn"])
    (shard,) = description["StreamDescription"]["Shards"]
    iterator = clients.streams.get_shard_iterator(
        StreamArn=stream["StreamArn"], ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    return clients.streams.get_records(ShardIterator=iterator)["Records"]


def test_a_seed_written_at_two_times_is_removed_and_no_other_record(clients, table, run):
    later = create_sample_plan(NOW_MS + 60_000)
    others = [
        {"transaction_id": {"S": name}, "created_at": {"N": "1"}, "user_id": {"S": "somebody"}}
        for name in ("seed-1-0000000", "seed-0-000000", "tx_001")
    ]
    for item in others:
        clients.dynamodb.put_item(TableName=COMMAND_RECORDS.name, Item=item)
    run(lambda table, progress: write_plan(PLAN, table, progress))
    run(lambda table, progress: write_plan(later, table, progress))

    progress = run(lambda table, progress: remove_seed(0, PLAN.records, table, progress))

    assert progress.removed == 2 * PLAN.records
    assert sort(table()) == sort(others)


@pytest.mark.usefixtures("table")
def test_a_table_that_does_not_exist_is_an_error(clients):
    async def open_other():
        url = clients.dynamodb.meta.endpoint_url
        async with open_record_table(AWS_SESSION, url, "other-records"):
            pass

    with pytest.raises(RecordTableError, match="ResourceNotFoundException"):
        asyncio.run(open_other())
