"""The command table's stream, and the event source that delivers it at least once.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias
from zlib import crc32

from trials.checker.actors import Actor
from trials.checker.aws.stores import Bucket

Item: TypeAlias = Mapping[str, Any]
Record: TypeAlias = dict[str, Any]
Invoke: TypeAlias = Callable[[list[Record]], Actor[Any]]
"""Creates an invocation of the stream function for a batch."""

RETENTION_MS: Final = 24 * 60 * 60 * 1000
_LANES: Final = 4
_LONGEST_BATCH: Final = 8
_FIRST_SEQUENCE_NUMBER: Final = 10**20
_LAST_SEQUENCE_NUMBER: Final = 10**40 - 1


@dataclass(slots=True)
class Lane:
    """Records in order, with the time of each, and how far they are done.

    Attributes:
        invocation: handles the batch; None between invocations.
    """

    records: list[tuple[int, Record]] = field(default_factory=list)
    position: int = 0
    limit: int = _LONGEST_BATCH
    invocation: Actor[Any] | None = None
    batch: list[Record] = field(default_factory=list)

    @property
    def is_drained(self) -> bool:
        """Whether every record is done."""
        return self.invocation is None and self.position == len(self.records)


class Stream:
    """The stream of a table, which may be recreated; the records of one item share a lane.

    Attributes:
        lanes: of this stream, and of earlier ones whose records are not all gone.
        is_enabled: a change that is made meanwhile has no record.
        has_lost: whether a change was not delivered and is in no failure store.
    """

    def __init__(self, chance: random.Random, now_ms: Callable[[], int]) -> None:
        self._chance = chance
        self._now_ms = now_ms
        self.has_lost = False
        self.is_enabled = True
        self.lanes: list[Lane] = []
        self.recreate()

    def recreate(self) -> None:
        """Begin a new stream, with a later label and lower sequence numbers."""
        started = datetime.fromtimestamp(self._now_ms() / 1000, UTC).replace(tzinfo=None)
        self._label = started.isoformat(timespec="milliseconds")
        self._number = _FIRST_SEQUENCE_NUMBER
        self._current = [Lane() for _ in range(_LANES)]
        self.lanes = [lane for lane in self.lanes if lane.records] + self._current

    def add(self, keys: Item, before: Item | None, after: Item | None, *, is_expiry: bool) -> str:
        """Add the record of a change; return the change's version."""
        record = self.create_record(keys, before, after)
        if is_expiry:
            record["userIdentity"] = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
        if self.is_enabled:
            lane = self._current[crc32(keys["transaction_id"]["S"].encode()) % _LANES]
            lane.records.append((self._now_ms(), record))
        else:
            self.has_lost = True
        return f"{self._label}#{self._number:040}"

    def create_record(self, keys: Item, before: Item | None, after: Item | None) -> Record:
        """Create the record of a change, with the next sequence number."""
        self._number = self._draw_number()
        now_ms = self._now_ms()
        name = "REMOVE" if after is None else "INSERT" if before is None else "MODIFY"
        change = {
            # As DynamoDB rounds it.
            "ApproximateCreationDateTime": now_ms // 1000,
            "Keys": keys,
            "SequenceNumber": str(self._number),
            "SizeBytes": 100,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        }
        change |= {} if before is None else {"OldImage": before}
        change |= {} if after is None else {"NewImage": after}
        table_arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/command-records"
        return {
            "eventID": str(self._number),
            "eventName": name,
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": "eu-west-1",
            "dynamodb": change,
            "eventSourceARN": f"{table_arn}/stream/{self._label}",
        }

    def trim(self) -> None:
        """Drop the records that are older than a day; what is being delivered is so again."""
        oldest_ms = self._now_ms() - RETENTION_MS
        for lane in self.lanes:
            kept = [each for each in lane.records if each[0] >= oldest_ms]
            dropped = len(lane.records) - len(kept)
            lane.invocation = None
            self.has_lost |= dropped > lane.position
            lane.records, lane.position = kept, max(0, lane.position - dropped)

    def _draw_number(self) -> int:
        step = 10 ** self._chance.randrange(12)
        if self._chance.random() < 0.002:  # noqa: PLR2004 - seldom: a number has 40 digits at most
            step = self._number * 9
        return min(self._number + self._chance.randint(1, step), _LAST_SEQUENCE_NUMBER)


class EventSource:
    """Delivers the batches of each lane, as Lambda does, and not always only once.

    Attributes:
        discards: whether batches that fail are discarded at times.
        has_delivered_all: whether no batch was discarded.
    """

    def __init__(
        self, stream: Stream, bucket: Bucket, chance: random.Random, invoke: Invoke
    ) -> None:
        self._stream = stream
        self._bucket = bucket
        self._chance = chance
        self._invoke = invoke
        self.discards = True
        self.has_delivered_all = True

    def poll(self, lane: Lane) -> None:
        """Invoke the function with the next batch, or take the response of the last one."""
        if lane.invocation is None:
            if lane.position < len(lane.records):
                size = self._chance.randint(1, lane.limit)
                following = lane.records[lane.position : lane.position + size]
                lane.batch = [record for _, record in following]
                lane.invocation = self._invoke(lane.batch)
        elif lane.invocation.is_done:
            done = _count_done(lane.invocation, lane.batch)
            lane.invocation = None
            lane.position += done
            self._go_on(lane, lane.batch[done:])

    def give_up(self, lane: Lane) -> None:
        """Pass over an invocation that goes on, as after a timeout."""
        lane.invocation = None

    def go_back(self, lane: Lane) -> None:
        """Deliver again from an earlier record."""
        lane.invocation = None
        lane.position = self._chance.randint(0, lane.position)

    def _go_on(self, lane: Lane, failed: list[Record]) -> None:
        """Deliver what failed again, in other batches, or discard it."""
        if failed and self.discards and self._chance.random() < 0.6:  # noqa: PLR2004
            self._bucket.add_invocation_record(failed)
            self.has_delivered_all = False
            lane.position += len(failed)
            failed = []
        lane.limit = max(1, lane.limit // 2) if failed else _LONGEST_BATCH


def _count_done(invocation: Actor[Any], batch: list[Record]) -> int:
    """Return how many records of a batch Lambda takes as done."""
    if invocation.is_killed or invocation.error is not None:
        return 0
    response = invocation.result or {}
    failed = [each["itemIdentifier"] for each in response.get("batchItemFailures") or ()]
    if not failed:
        return len(batch)
    numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
    if not set(failed) <= set(numbers):
        return 0
    return min(numbers.index(each) for each in failed)
