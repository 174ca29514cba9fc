"""A command side, its streams and a read model in memory, with everything that can go wrong."""

import asyncio
import zlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from inspect import iscoroutinefunction

from aws_client import RetryPolicy
from notification_models import InvalidRecordError, decode_notification_record, project_item
from notification_models.values import MAX_USER_ID_BYTES
from stream_processor.aws.retry import BatchRetry
from stream_processor.exceptions import (
    QuarantineError,
    ReadModelWriteError,
    RepairContendedError,
)
from stream_processor.operations.comparison import RowComparison, SourceComparison
from stream_processor.operations.rebuild import Rebuilder, rebuild_segment
from stream_processor.operations.rebuild_state import SegmentProgress
from stream_processor.operations.redrive import redrive
from stream_processor.operations.repair import Repairer, is_live
from stream_processor.operations.verify import Verifier
from stream_processor.operations.verify_counts import VerifyCounts
from stream_processor.stream.handler import StreamHandler
from stream_processor.tables.command_table import CommandKey, command_key_of
from stream_processor.tables.table_reader import Segment

from .fakes import (
    Context,
    InlineExecutor,
    InMemoryCommandTable,
    InMemoryQuarantine,
    InMemoryReadModel,
    InMemoryStore,
    WriteOneByOne,
)
from .memory_loop import KilledError, MemoryLoop

TTL_IDENTITY = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
STREAM_ARN = "arn:aws:dynamodb:r:1:table/c/stream"
SHARDS = 2
# Later than every stream's label.
NOW_S = 1_800_000_000


def rebuild_whole_segment(rebuilder, segment):
    """Rebuild a segment without retries."""
    return list(rebuild_segment(rebuilder, segment, SegmentProgress(), ONCE))


ONCE = BatchRetry(
    policy=RetryPolicy(attempts=1, first_delay_s=0, longest_delay_s=0, retries_throttled=True)
)


def list_viewers(rows):
    """Return the users who see each command record, by its key."""
    viewers = {}
    for row in rows:
        created_at = row.get("source_created_at", row["created_at"])["N"]
        key = CommandKey(row["transaction_id"]["S"], created_at)
        viewers.setdefault(key, set()).add(row["user_id"]["S"])
    return viewers


def list_expected_viewers(sources):
    """Return the users who should see each command record: its user alone, if it has one.

    Written without the projection, so that a fault of the projection is not expected too.
    """
    viewers = {}
    for source in sources:
        user_id = source.get("user_id", {}).get("S")
        if user_id and len(user_id) <= MAX_USER_ID_BYTES:
            key = CommandKey(source["transaction_id"]["S"], source["created_at"]["N"])
            viewers[key] = {user_id}
    return viewers


def list_failures(rows):
    """Return the index of failures: the keys of its items, tombstones too, by partition."""
    index = {}
    for row in rows:
        if "failure_shard" in row:
            key = row["user_id"]["S"], row["notification_key"]["S"]
            index.setdefault(row["failure_shard"]["S"], set()).add(key)
    return index


def list_expected_failures(sources):
    """Return what the index of failures should hold: failed records with a user, and no others.

    Written without the projection and the codec, as `list_expected_viewers` is.
    """
    index = {}
    for source in sources:
        status = source.get("status", {}).get("S", "")
        viewers = list_expected_viewers([source])
        if status.upper() == "FAILED" and viewers:
            ((key, (user_id,)),) = viewers.items()
            time = int(key.created_at)
            time_ms = time if time >= 10**11 else time * 1000
            day = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=time_ms)).date()
            partition = f"{day}#{zlib.crc32(key.transaction_id.encode()) % 8}"
            row_key = user_id, f"{time_ms:013d}#{key.transaction_id}"
            index.setdefault(partition, set()).add(row_key)
    return index


def list_new_statuses(changes):
    """Return how many records reach each status, with each stream record counted once.

    Written without the projection, as `list_expected_viewers` is.
    """
    reached = Counter()
    for change in changes:
        old, new = (_find_status(change["dynamodb"].get(name)) for name in ("OldImage", "NewImage"))
        if new is not None and new != old:
            reached[new[0]] += 1
    return reached


def _find_status(image):
    """Return the status of a record that has a row, in a tuple; None if it has none."""
    if image is None or not list_expected_viewers([image]):
        return None
    text = next(iter(image.get("status", {"S": None}).values()))
    is_known = text is not None and text.upper() in {"SENT", "DELIVERED", "FAILED"}
    return (text.upper() if is_known else text,)


class RepeatedError(Exception):
    """An attempt of a call fails, and AWS's client makes another."""


class Faulty(WriteOneByOne):
    """A port with faults: before or after a call is applied, it fails, is repeated, or dies.

    A call that dies kills the process.
    """

    def __init__(self, port, faults, error):
        self._port = port
        self._faults = faults
        self._error = error

    def __getattr__(self, name):
        method = getattr(self._port, name)
        if name not in {"write", "replace", "put", "delete"}:
            return method

        def call(*args, **kwargs):
            while True:
                fault = next(self._faults, None)
                try:
                    self._strike(fault, "before")
                    result = method(*args, **kwargs)
                    self._strike(fault, "after")
                except RepeatedError:
                    continue
                return result

        async def call_async(*args, **kwargs):
            while True:
                fault = next(self._faults, None)
                try:
                    self._strike(fault, "before")
                    result = await method(*args, **kwargs)
                    self._strike(fault, "after")
                except RepeatedError:
                    continue
                return result

        return call_async if iscoroutinefunction(method) else call

    def _strike(self, fault, moment):
        if fault == f"fails {moment}":
            raise self._error("InternalServerError")
        if fault == f"repeats {moment}":
            raise RepeatedError
        if fault == f"dies {moment}":
            raise KilledError


class Shard:
    """Stream records in order, and how many of them are done."""

    def __init__(self):
        self.records = []
        self.done = 0


class World:
    """The whole system without AWS. Rows are compared by key and content."""

    def __init__(self):
        self.commands = InMemoryCommandTable(self._before_io)
        self.read_model = InMemoryReadModel(self._before_io)
        self.quarantine = InMemoryQuarantine()
        self.on_failure = InMemoryStore()
        self.shards = []
        self.is_damaged = False
        self.reached = Counter()
        self._sequence = 0
        self._label = 0
        self._meanwhile = iter(())
        self.recreate_stream()

    # The command side

    def put(self, item):
        """Write a command record; a write that changes nothing has no stream record."""
        old = self.commands.put(item)
        if old != item:
            self._emit(old, item)

    def delete(self, key, *, is_expired=False):
        old = self.commands.items.pop(key)
        self._emit(old, None, **({"userIdentity": TTL_IDENTITY} if is_expired else {}))

    def recreate_stream(self):
        """Enable a new stream; the rest of the old one may be delivered at any time."""
        self._label += 1
        self._open = [Shard() for _ in range(SHARDS)]
        self.shards += self._open

    def _emit(self, old, new, **extra):
        self._sequence += 1
        image = new or old
        key = command_key_of(image)
        change = {
            "ApproximateCreationDateTime": 1_704_067_260.0,
            "Keys": key.to_item(),
            # Not padded, so its length grows: compared as text, 10 would be less than 9.
            "SequenceNumber": str(self._sequence),
        }
        change |= {"OldImage": old} if old else {}
        change |= {"NewImage": new} if new else {}
        shard = self._open[zlib.crc32(key.transaction_id.encode()) % SHARDS]
        shard.records.append(
            {
                "eventName": "MODIFY" if old and new else "INSERT" if new else "REMOVE",
                "eventSourceARN": f"{STREAM_ARN}/{self._make_label()}",
                "dynamodb": change,
                **extra,
            }
        )

    def _make_label(self):
        return f"2026-01-{self._label:02d}T00:00:00.000"

    # Delivery

    def deliver(self, shard, size, faults=()):
        """Deliver the next batch, as Lambda does; after a crash, no record of it is done."""
        batch = shard.records[shard.done : shard.done + size]
        shard.done += self._invoke(batch, faults)

    def replay(self, shard, start, size, faults=()):
        """Deliver earlier records again and ignore the response."""
        self._invoke(shard.records[: shard.done][start : start + size], faults)

    def give_up(self, shard, faults=()):
        """Deliver the next record a last time; if it fails, write it to the on-failure bucket."""
        for record in shard.records[shard.done : shard.done + 1]:
            if not self._invoke([record], faults):
                self.on_failure.add(record)
            shard.done += 1

    def _invoke(self, batch, faults):
        """Invoke the handler; return how many records of the batch are done."""
        faults = iter(faults)
        loop = MemoryLoop()
        handler = StreamHandler(
            Faulty(self.read_model, faults, ReadModelWriteError),
            Faulty(self.quarantine, faults, QuarantineError),
            asyncio.Runner(loop_factory=lambda: loop),
            emit_by_ap=self.reached.update,
        )
        try:
            failures = handler({"Records": batch}, Context())["batchItemFailures"]
        except KilledError:
            loop.kill()
            return 0
        if not failures:
            return len(batch)
        (failure,) = failures
        numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
        return numbers.index(failure["itemIdentifier"])

    # The operator tools, with other events between their calls

    def redrive(self, store, faults=(), meanwhile=()):
        repairer = Repairer(self.commands, self._faulty_read_model(faults), now_s=lambda: NOW_S)
        self._run_tool(lambda: list(redrive(store, repairer)), meanwhile)

    def rebuild(self, segment, faults=(), meanwhile=()):
        rebuilder = Rebuilder(self.commands, self._faulty_read_model(faults), InlineExecutor())
        self._run_tool(lambda: rebuild_whole_segment(rebuilder, segment), meanwhile)

    def verify(self, faults=(), meanwhile=(), *, is_repairing=False):
        read_model = self._faulty_read_model(faults)
        repairer = Repairer(self.commands, read_model, now_s=lambda: NOW_S)
        found = [VerifyCounts()]

        def run():
            for comparison in (
                RowComparison(self.commands, read_model, repairer),
                SourceComparison(self.commands, read_model, repairer),
            ):
                verifier = Verifier(
                    comparison, InlineExecutor(), lag_s=0, is_repairing=is_repairing
                )
                found.extend(verifier.verify_segments([Segment(0, 1)]))

        self._run_tool(run, meanwhile)
        return sum(found[1:], found[0])

    def _faulty_read_model(self, faults):
        return Faulty(self.read_model, iter(faults), ReadModelWriteError)

    def _run_tool(self, run, meanwhile):
        self._meanwhile = iter(meanwhile)
        try:
            run()
        except (KilledError, ReadModelWriteError, RepairContendedError):
            pass  # the operator runs it again later
        finally:
            self._meanwhile = iter(())

    def _before_io(self, _name):
        happen = next(self._meanwhile, None)
        if happen is not None:
            # The event has calls of its own, before which no further event happens.
            waiting, self._meanwhile = self._meanwhile, iter(())
            happen()
            self._meanwhile = waiting

    # Quiescence

    def settle(self):
        """Deliver and redrive everything, and repair rows that were damaged from outside."""
        for shard in self.shards:
            while shard.done < len(shard.records):
                self.deliver(shard, 3)
        self.redrive(self.on_failure)
        self.redrive(self.quarantine)
        if self.is_damaged:
            self.verify(is_repairing=True)

    def check(self):
        """Compare the read model with the projection of the command side."""
        expected, poison = self._project_all()
        live = {key: row for key, row in self.read_model.items.items() if is_live(row)}
        assert {key: decode_notification_record(row) for key, row in live.items()} == expected
        assert list_viewers(live.values()) == list_expected_viewers(self.commands.items.values())
        failures = list_failures(self.read_model.items.values())
        assert failures == list_expected_failures(self.commands.items.values())
        assert not any("payload" in row for row in live.values())
        waiting = {
            key
            for store in (self.quarantine, self.on_failure)
            for entry in store.list_entries()
            for key in entry.changes
        }
        assert waiting == poison, "set aside is what is poison still, and nothing else"
        if not self.is_damaged:
            changes = [change for shard in self.shards for change in shard.records]
            assert self.count_reached() <= list_new_statuses(changes), "none is counted twice"
        counts = self.verify()
        assert (counts.differences, counts.in_flight, counts.poison) == (0, 0, len(poison))

    def count_reached(self):
        """Return how many notifications were counted under each status, of any AP."""
        counts = Counter()
        for (_, status), count in self.reached.items():
            counts[status] += count
        return counts

    def _project_all(self):
        expected, poison = {}, set()
        for key, item in self.commands.items.items():
            try:
                record = project_item(item)
            except InvalidRecordError:
                poison.add(key)
            else:
                expected[record.key] = record
        return expected, poison
