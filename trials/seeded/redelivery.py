"""Delivers every stream record again, several times and shuffled."""

import json
import random
import time
from collections.abc import Iterator
from typing import Final

from local_stack.emulator.aws_access import AWS_SESSION
from local_stack.event_source.delivery import Delivery, DiscardedBatch
from local_stack.event_source.invocation import invoke
from local_stack.event_source.stream_reader import BATCH_SIZE, StreamReader
from local_stack.stack import LocalStack
from notification_models.schema import COMMAND_RECORDS
from stream_processor.bootstrap import open_handler
from stream_processor.settings import Settings

_TIMES: Final = 3


class RedeliveryError(Exception):
    """A record failed as often as Lambda would deliver it."""


def redeliver(stack: LocalStack, chance: random.Random) -> Iterator[int]:
    """Deliver every record of the stream three times, each time in another order.

    Yields:
        the number of records delivered, after each time.

    Raises:
        RedeliveryError: a record failed in every attempt.
    """
    # As JSON: 200,000 decoded records would take gigabytes.
    records = list(_read_stream(stack))
    settings = Settings(quarantine_queue_url=stack.quarantine_queue_url)
    with open_handler(settings, AWS_SESSION, stack.emulator_url) as handler:
        delivery = Delivery(
            invoke=lambda batch: invoke(handler, "redelivery", batch),
            discard=_refuse,
            wait=time.sleep,
        )
        for _ in range(_TIMES):
            chance.shuffle(records)
            for start in range(0, len(records), BATCH_SIZE):
                batch = [json.loads(each) for each in records[start : start + BATCH_SIZE]]
                delivery.deliver(batch, lambda _sequence_number: None)
            yield len(records)


def _refuse(batch: DiscardedBatch) -> None:
    raise RedeliveryError(f"{len(batch.records)} records failed {batch.invocations} times")


def _read_stream(stack: LocalStack) -> Iterator[bytes]:
    """Read the stream from its oldest record to its newest."""
    table = stack.aws.dynamodb.describe_table(TableName=COMMAND_RECORDS.name)["Table"]
    stream = StreamReader(stack.aws.streams, table["LatestStreamArn"])
    for shard in stream.find_readable_shards():
        while records := shard.read():
            yield from (json.dumps(record).encode() for record in records)
