"""The stream processor of a soak: writes fail and batches repeat at random.

Its checkpoint is in a file, so that the process that follows a killed one starts from there.
"""

import os
import random
import sys
import threading
from collections import Counter, deque
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from local_stack.emulator.aws_access import AWS_SESSION, create_session
from local_stack.emulator.resources import ON_FAILURE_BUCKET
from local_stack.event_source.delivery import DeliveryPolicy
from local_stack.event_source.event_source import EventSource
from local_stack.event_source.invocation import Handler, InvocationContext
from local_stack.event_source.on_failure import OnFailureDestination
from local_stack.event_source.stream_reader import ShardReader, StreamReader
from local_stack.pipeline import create_clients
from notification_models import Row, RowKey, Tombstone
from stream_processor.bootstrap import open_ports
from stream_processor.exceptions import ReadModelWriteError
from stream_processor.settings import Settings
from stream_processor.stream.handler import StreamHandler
from stream_processor.stream.read_model_writer import ReadModelWriter

if TYPE_CHECKING:
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient

_FAULTS: Final = 0.02
_REFUSALS: Final = 0.001
_REFUSED_WRITES: Final = 10
_DUPLICATES: Final = 0.05
_KEPT_EVENTS: Final = 50
_DRAIN_TIMEOUT_S: Final = 3600


class _FaultyWriter:
    """The real writer; one write in fifty fails, before it is applied or after it.

    One write in a thousand starts a series of failures that is long enough for its stream record to
    be discarded.
    """

    def __init__(self, writer: ReadModelWriter, chance: random.Random) -> None:
        self._writer = writer
        self._chance = chance
        self._refusals: Counter[RowKey] = Counter()

    async def write(self, row: Row | Tombstone) -> str | None:
        if self._refusals[row.key] or self._chance.random() < _REFUSALS:
            self._refusals[row.key] = (self._refusals[row.key] or _REFUSED_WRITES) - 1
            raise ReadModelWriteError("Injected")
        fault = self._chance.random() < _FAULTS and self._chance.choice(["before", "after"])
        if fault == "before":
            raise ReadModelWriteError("Injected")
        overwritten = await self._writer.write(row)
        if fault == "after":
            raise ReadModelWriteError("Injected")
        return overwritten


class _RepeatingHandler:
    """Handles a batch, and one time in twenty an earlier batch again."""

    def __init__(self, handler: Handler, chance: random.Random) -> None:
        self._handler = handler
        self._chance = chance
        self._handled: deque[dict[str, Any]] = deque(maxlen=_KEPT_EVENTS)

    def __call__(self, event: dict[str, Any], context: InvocationContext) -> object:
        response = self._handler(event, context)
        self._handled.append(event)
        if self._chance.random() < _DUPLICATES:
            self._handler(self._chance.choice(self._handled), context)
        return response


class _KeptShard(ShardReader):
    """A shard whose checkpoint outlives the process."""

    def __init__(
        self, client: "DynamoDBStreamsClient", stream_arn: str, shard_id: str, path: Path
    ) -> None:
        super().__init__(client, stream_arn, shard_id)
        self._path = path
        if path.exists():
            super().checkpoint(path.read_text(encoding="ascii"))

    def checkpoint(self, sequence_number: str) -> None:
        super().checkpoint(sequence_number)
        written = self._path.with_suffix(".new")
        written.write_text(sequence_number, encoding="ascii")
        written.replace(self._path)


class _OneShardStream(StreamReader):
    """A stream of the emulator, which always has one shard."""

    def __init__(self, client: "DynamoDBStreamsClient", stream_arn: str, path: Path) -> None:
        super().__init__(client, stream_arn)
        description = client.describe_stream(StreamArn=stream_arn)["StreamDescription"]
        (shard,) = description["Shards"]
        self._kept = [_KeptShard(client, stream_arn, shard["ShardId"], path)]

    def find_readable_shards(self) -> list[_KeptShard]:
        return self._kept


def _wait_for_end_of_input(finishing: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    finishing.set()


def main() -> None:
    """Process the stream until standard input ends, then the rest of it."""
    emulator_url, stream_arn, queue_url, checkpoint, *seeds = sys.argv[1:]
    chance = random.Random(" ".join(seeds))  # noqa: S311 - repeatable
    session = create_session()
    aws = create_clients(session, dynamodb_url=emulator_url, emulator_url=emulator_url)
    settings = Settings(quarantine_queue_url=queue_url)
    finishing = threading.Event()
    threading.Thread(target=_wait_for_end_of_input, args=[finishing], daemon=True).start()
    with open_ports(settings, AWS_SESSION, emulator_url) as (writer, quarantine, runner):
        handler = StreamHandler(_FaultyWriter(writer, chance), quarantine, runner)
        source = EventSource(
            _OneShardStream(aws.streams, stream_arn, Path(checkpoint)),
            _RepeatingHandler(handler, chance),
            lambda shard_id: (
                OnFailureDestination(aws.s3, ON_FAILURE_BUCKET, "arn:soak", shard_id).send
            ),
            # Without retries, some records are discarded: the redrive has work.
            policy=DeliveryPolicy(maximum_retry_attempts=0),
        )
        with source.running():
            while not finishing.wait(1):
                source.check()
            if not source.wait_until_caught_up(_DRAIN_TIMEOUT_S):
                sys.exit("the processor did not catch up")


if __name__ == "__main__":
    main()
