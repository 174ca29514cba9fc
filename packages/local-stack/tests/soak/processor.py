"""The stream processor of a soak: reads the stream, fails and repeats itself by chance.

Its checkpoint is in a file, as Lambda's is at AWS: a process that is killed goes on after it.
"""

import os
import random
import sys
import threading
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from local_stack.emulator.aws_access import create_client, create_session
from local_stack.emulator.tables import FAILURES_BUCKET
from local_stack.event_source.delivery import RetryPolicy
from local_stack.event_source.event_source import EventSource
from local_stack.event_source.on_failure import OnFailureDestination
from local_stack.event_source.stream_reader import ShardReader
from notification_models.schema import NOTIFICATION_RECORDS
from stream_processor.aws.dynamodb_client import LeanDynamoDBClient
from stream_processor.exceptions import ReadModelWriteError
from stream_processor.stream.handler import StreamHandler
from stream_processor.stream.quarantine import SQSQuarantine
from stream_processor.stream.read_model_writer import DynamoDBReadModelWriter

FAULTS = 0.02
REFUSALS = 0.001
REFUSED_WRITES = 10
DUPLICATES = 0.05
REMEMBERED = 50
DRAIN_TIMEOUT_S = 3600


class FaultyWriter:
    """The real writer; one write in fifty fails, before it is applied or after it.

    One in a thousand makes its row refuse writes for so long that its record is given up.
    """

    def __init__(self, writer, chance):
        self._writer = writer
        self._chance = chance
        self._refusals = Counter()

    def write(self, row):
        if self._refusals[row.key] or self._chance.random() < REFUSALS:
            self._refusals[row.key] = (self._refusals[row.key] or REFUSED_WRITES) - 1
            raise ReadModelWriteError("Injected")
        fault = self._chance.random() < FAULTS and self._chance.choice(["before", "after"])
        if fault == "before":
            raise ReadModelWriteError("Injected")
        applied = self._writer.write(row)
        if fault == "after":
            raise ReadModelWriteError("Injected")
        return applied


class RepeatingHandler:
    """Handles a batch, and one time in twenty an old one again, whose answer nobody reads."""

    def __init__(self, handler, chance):
        self._handler = handler
        self._chance = chance
        self._handled = deque(maxlen=REMEMBERED)

    def __call__(self, event, context):
        response = self._handler(event, context)
        self._handled.append(event)
        if self._chance.random() < DUPLICATES:
            self._handler(self._chance.choice(self._handled), context)
        return response


class KeptShard(ShardReader):
    """A shard whose checkpoint outlives the process."""

    def __init__(self, client, stream_arn, shard_id, path):
        super().__init__(client, stream_arn, shard_id)
        self._path = path
        if path.exists():
            super().checkpoint(path.read_text())

    def checkpoint(self, sequence_number):
        super().checkpoint(sequence_number)
        written = self._path.with_suffix(".new")
        written.write_text(sequence_number)
        written.replace(self._path)


class OneShardStream:
    """The emulator's streams have one shard, for ever."""

    def __init__(self, client, stream_arn, path):
        description = client.describe_stream(StreamArn=stream_arn)["StreamDescription"]
        (shard,) = description["Shards"]
        self._shards = [KeptShard(client, stream_arn, shard["ShardId"], path)]

    def find_readable_shards(self):
        return self._shards


def wait_for_end_of_input(finishing):
    while os.read(sys.stdin.fileno(), 1024):
        pass
    finishing.set()


def main():
    emulator_url, stream_arn, queue_url, checkpoint, *seeds = sys.argv[1:]
    chance = random.Random(" ".join(seeds))
    session = create_session()
    dynamodb = create_client(session, "dynamodb", emulator_url)
    writer = DynamoDBReadModelWriter(
        LeanDynamoDBClient(session, dynamodb), NOTIFICATION_RECORDS.name
    )
    quarantine = SQSQuarantine(create_client(session, "sqs", emulator_url), queue_url)
    s3 = create_client(session, "s3", emulator_url)
    finishing = threading.Event()
    threading.Thread(target=wait_for_end_of_input, args=[finishing], daemon=True).start()
    with ThreadPoolExecutor(8) as executor:
        handler = StreamHandler(FaultyWriter(writer, chance), quarantine, executor)
        source = EventSource(
            OneShardStream(
                create_client(session, "dynamodbstreams", emulator_url),
                stream_arn,
                Path(checkpoint),
            ),
            RepeatingHandler(handler, chance),
            lambda shard_id: OnFailureDestination(s3, FAILURES_BUCKET, "arn:soak", shard_id).send,
            # Some records must be given up, for the redrive to have work.
            policy=RetryPolicy(maximum_retry_attempts=0),
        )
        with source.running():
            while not finishing.wait(1):
                source.check()
            if not source.wait_until_caught_up(DRAIN_TIMEOUT_S):
                sys.exit("the processor did not catch up")


if __name__ == "__main__":
    main()
