"""Damaged stream events: each record is written, quarantined or reported, its neighbours done."""

import random
import reprlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from trials.checker.aws.delivery import Record, Stream
from trials.checker.aws.network import Network
from trials.checker.aws.stores import Bucket, Queue
from trials.checker.aws.table import Item, Key, KeyNames, Table
from trials.checker.damaged.damage import Damage
from trials.checker.expected import oracle
from trials.checker.expected.judge import CheckFailedError, check_public, listening_to_logs
from trials.checker.senders import Senders
from trials.checker.tools import READ_TABLE, Tools

_NOW_MS: Final = 1_577_836_800_000
_ROW_KEY: Final = KeyNames("user_id", "notification_key")
_RECORDS: Final = 3
_FAILURE_RATE: Final = 0.3
_REMAINING_MS: Final = 10**9

_SHORT: Final = reprlib.Repr()
_SHORT.maxstring, _SHORT.maxother, _SHORT.maxdict, _SHORT.maxlevel = 60, 60, 30, 8


class _Alone:
    """A program with nothing beside it."""

    def step(self) -> None:
        """Go on."""


@dataclass(frozen=True, slots=True)
class _Batch:
    """Records of which one is damaged, and what the others must write."""

    records: list[Any]
    position: int
    expected: list[list[Item]]

    def __str__(self) -> str:
        """Show the damaged record, with long parts cut."""
        return f"record {self.position} is {_SHORT.repr(self.records[self.position])}"


class DamagedEvents:
    """Sends batches of which one record is damaged."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._damage = Damage(chance)
        self._senders = Senders(chance)
        self._stream = Stream(chance, lambda: _NOW_MS)
        self._sent = 0
        self._lines: list[str] = []
        self.outcomes = Counter[str]()

    def note_log(self, line: str) -> None:
        """Check a line of the log once its batch is handled."""
        self._lines.append(line)

    def send(self) -> None:
        """Send one batch.

        Raises:
            CheckFailedError: a record was lost, or held its shard though AWS did not fail.
        """
        batch = self._create_batch()
        written: dict[Key, Item | None] = {}
        rows = Table(
            _ROW_KEY,
            {},
            self._chance,
            lambda: _NOW_MS,
            lambda key, _, item: written.update({key: item}),
        )
        queue = Queue(self._chance, lambda: _NOW_MS)
        network = Network({READ_TABLE: rows}, queue.send, self._chance, lambda: _NOW_MS)
        network.failure_rate = self._chance.choice((0, 0, 0, _FAILURE_RATE))
        done = self._handle(batch, network, queue)
        for text in (*self._lines, *(message.body for message in queue.messages.values())):
            check_public(text)
        self._lines.clear()
        left = len(queue.messages) - _count_refused(batch, done, written, network)
        self._judge_damaged(batch, done, written, left)

    def _handle(self, batch: _Batch, network: Network, queue: Queue) -> int:
        """Handle a batch; return how many of its records are done."""
        tools = Tools(network, queue, Bucket(), lambda: _NOW_MS / 1000, keeps_expired=False)
        try:
            response = tools.handle(_Alone(), batch.records, _REMAINING_MS)
        except Exception as error:
            raise CheckFailedError(f"the handler failed: {error!r}: {batch}") from error
        done = _count_done(response, batch.records)
        if done < len(batch.records) and not network.failure_rate:
            raise CheckFailedError(f"{response} though nothing failed: {batch}")
        return done

    def _judge_damaged(
        self, batch: _Batch, done: int, written: Mapping[Key, Item | None], quarantined: int
    ) -> None:
        """Check that the damaged record is done, unless it is reported."""
        neighbours = {_ROW_KEY.of(item) for items in batch.expected for item in items}
        if batch.position >= done:
            self.outcomes["reported"] += 1
        elif written.keys() - neighbours:
            self.outcomes["written"] += 1
        elif quarantined > 0:
            self.outcomes["quarantined"] += 1
        elif _calls_for_nothing(batch.records[batch.position]):
            self.outcomes["without a row"] += 1
        else:
            raise CheckFailedError(f"a damaged record is lost: {batch}")

    def _create_batch(self) -> _Batch:
        position = self._chance.randrange(_RECORDS)
        records: list[Any] = []
        expected: list[list[Item]] = []
        for index in range(_RECORDS):
            record = self._create_record()
            is_damaged = index == position
            records.append(self._damage.damage(record) if is_damaged else record)
            expected.append([] if is_damaged else _find_writes(record))
        return _Batch(records, position, expected)

    def _create_record(self) -> Record:
        """Create a valid record of a command record that no other record names."""
        self._sent += 1
        key = (f"transaction-{self._sent}", self._chance.choice(("1577836800", "1577836800123")))
        before = {**self._senders.create(key), "user_id": {"S": "anna"}}
        after = {**self._senders.create(key), "user_id": {"S": self._chance.choice(("anna", "b"))}}
        keys = {name: before[name] for name in ("transaction_id", "created_at")}
        images = self._chance.choice(((None, after), (before, after), (before, None)))
        return self._stream.create_record(keys, *images)


def _count_refused(
    batch: _Batch, done: int, written: Mapping[Key, Item | None], network: Network
) -> int:
    """Return how many neighbours that are done are not written, as DynamoDB refused them."""
    refused = sum(
        any(written.get(_ROW_KEY.of(item)) != item for item in items)
        for items in batch.expected[:done]
    )
    if refused and not network.has_refused:
        raise CheckFailedError(f"a neighbour is not written: {batch}")
    return refused


def _find_writes(record: Record) -> list[Item]:
    """Return the items that a valid record writes."""
    change = record["dynamodb"]
    label = record["eventSourceARN"].rpartition("/")[2]
    version = {"version": {"S": f"{label}#{int(change['SequenceNumber']):040}"}}
    row = oracle.find_row(change.get("NewImage"))
    old = oracle.find_key(change["OldImage"]) if "OldImage" in change else None
    writes = [] if row is None else [row | version]
    if old is not None and (row is None or old.user_id != row["user_id"]["S"]):
        changed_s = change["ApproximateCreationDateTime"]
        tombstone = {
            "user_id": {"S": old.user_id},
            "notification_key": {"S": old.notification_key},
            "deleted_at": {"N": str(changed_s * 1000)},
            "expires_at": {"N": str(changed_s + 8 * 24 * 60 * 60)},
        }
        writes.append(tombstone | version)
    return writes


def _calls_for_nothing(record: Any) -> bool:  # noqa: ANN401 - damaged
    """Return whether a record is the end of a command record that never had a row.

    An image that is no item may be that of any record, so it is not one of these.
    """
    match record:
        case {"eventName": "REMOVE", "dynamodb": {"OldImage": dict(image)}}:
            names = ("transaction_id", "created_at", *(("user_id",) if "user_id" in image else ()))
            is_item = all(_is_attribute_value(image.get(name)) for name in names)
            return is_item and oracle.find_key(image) is None
        case _:
            return False


def _is_attribute_value(value: Any) -> bool:  # noqa: ANN401 - damaged
    match value:
        case {"S": content} | {"N": content}:
            return isinstance(content, str) and len(value) == 1
        case dict():
            return len(value) == 1
        case _:
            return False


def _count_done(response: Mapping[str, Any], records: list[Any]) -> int:
    """Return how many records Lambda takes as done."""
    failed = [each["itemIdentifier"] for each in response["batchItemFailures"]]
    if not failed:
        return len(records)
    numbers = [_find_number(record) for record in records]
    return min((numbers.index(each) if each in numbers else 0) for each in failed)


def _find_number(record: Any) -> Any:  # noqa: ANN401 - damaged
    try:
        return record["dynamodb"]["SequenceNumber"]
    except (LookupError, TypeError):
        return None


def send_many(chance: random.Random, count: int) -> Counter[str]:
    """Send batches; return how many damaged records ended how.

    Raises:
        CheckFailedError: see `DamagedEvents.send`; or a line of the log is not public.
    """
    events = DamagedEvents(chance)
    with listening_to_logs(events.note_log):
        for _ in range(count):
            events.send()
    return events.outcomes
