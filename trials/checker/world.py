"""The whole system in memory: tables, stream, failure stores, and the programs that run."""

import json
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from stream_processor.exceptions import StreamProcessorError
from trials.checker.actors import Actor
from trials.checker.aws.delivery import EventSource, Record, Stream
from trials.checker.aws.network import Network
from trials.checker.aws.stores import Bucket, Queue
from trials.checker.aws.table import Item, Key, KeyNames, Table
from trials.checker.expected.judge import CheckFailedError, Judge, check_public
from trials.checker.tools import COMMAND_TABLE, READ_TABLE, Tools

ResultT = TypeVar("ResultT")

_STARTED_MS: Final = 1_577_836_800_000
_QUARANTINE_MS: Final = 7 * 24 * 60 * 60 * 1000
_UNLIMITED_MS: Final = 10**9
_OUT_OF_TIME_MS: Final = 1000
# A slow program holds what it has read for long, while others go on.
_SPEEDS: Final = (0.2, 1, 1, 3)
_EVENTS_KEPT: Final = 40

_COMMAND_KEY: Final = KeyNames("transaction_id", "created_at")
_ROW_KEY: Final = KeyNames("user_id", "notification_key")
_ROW_INDEXES: Final = {
    "transaction_id-index": KeyNames("transaction_id", "notification_key"),
    "marketing_id-index": KeyNames("marketing_shard", "notification_key"),
    "failure_shard-index": KeyNames("failure_shard", "notification_key"),
}


@dataclass(slots=True)
class Clock:
    """The time of the world."""

    now_ms: int = _STARTED_MS

    def now_s(self) -> float:
        """Seconds since the epoch."""
        return self.now_ms / 1000


class World:
    """The system. Every write of the read model is judged.

    Attributes:
        actors: the programs that run.
        is_calm: no call fails, so no program may.
        changes: made by senders so far.
        expired: keys of command records that expired at least once.
        events: what happened last, for the report of a failed check.
    """

    def __init__(self, chance: random.Random, *, keeps_expired: bool) -> None:
        self._chance = chance
        self._is_expiry = False
        self._findings: list[CheckFailedError] = []
        self.clock = Clock()
        self.actors: list[Actor[Any]] = []
        self.is_calm = False
        self.changes = 0
        self.expired: set[Key] = set()
        self.events: deque[str] = deque(maxlen=_EVENTS_KEPT)
        self.judge = Judge()
        self.commands = Table(_COMMAND_KEY, {}, chance, self._now_ms, self._on_change)
        self.rows = Table(_ROW_KEY, _ROW_INDEXES, chance, self._now_ms, self._on_row)
        self.queue = Queue(chance, self._now_ms)
        self.bucket = Bucket()
        tables = {COMMAND_TABLE: self.commands, READ_TABLE: self.rows}
        self.network = Network(tables, self._quarantine, chance, self._now_ms)
        self.stream = Stream(chance, self._now_ms)
        self.source = EventSource(self.stream, self.bucket, chance, self._invoke)
        self.tools = Tools(self.network, self.queue, self.bucket, self.clock.now_s, keeps_expired)

    def change(self, key: Key, item: Item | None, *, is_expiry: bool = False) -> None:
        """Write a command record, or delete it."""
        self._is_expiry = is_expiry
        if is_expiry:
            self.expired.add(key)
        self.commands.replace(key, item)
        self._is_expiry = False

    def start(self, name: str, program: Callable[[Actor[Any]], Any]) -> Actor[Any]:
        """Start a program beside the others."""
        self.note(f"{name} starts")
        actor: Actor[Any] = Actor(name, program, self._chance.choice(_SPEEDS))
        self.actors.append(actor)
        return actor

    def run(self, name: str, program: Callable[[Actor[ResultT]], ResultT]) -> ResultT | None:
        """Run a program from its start to its end, with nothing beside it."""
        actor = Actor(name, program)
        self.finish(actor)
        return actor.result

    def resume(self, actor: Actor[Any]) -> None:
        """Let a program run to its next step."""
        actor.resume()
        if actor.is_done:
            self._end(actor)

    def finish(self, actor: Actor[Any]) -> None:
        """Let a program run to its end; the clock goes on."""
        while not actor.is_done:
            self.clock.now_ms += 1
            actor.resume()
        self._end(actor)

    def kill(self, actor: Actor[Any]) -> None:
        """End a program where it is."""
        actor.kill()
        self._end(actor)

    def finish_all(self) -> None:
        """Let all programs end and all writes arrive."""
        while self.actors:
            self.finish(self.actors[-1])
        self.network.deliver_late(is_all=True)

    def let_time_go_by(self, time_ms: int) -> None:
        """Let time go by, and what is too old be gone."""
        self.note(f"{time_ms // 3_600_000} hours go by")
        self.clock.now_ms += time_ms
        self.stream.trim()
        self._expire_messages()
        self._expire_tombstones()

    def note(self, text: str) -> None:
        """Note an event."""
        self.events.append(f"{self.clock.now_ms - _STARTED_MS:>9} ms  {text}")

    def note_log(self, line: str) -> None:
        """Note and check a line of the log."""
        self.note(line[:80])
        self._check(check_public, line)

    def check_findings(self) -> None:
        """Raise the first `CheckFailedError` of a write, a message or a line of the log."""
        if self._findings:
            raise self._findings[0]

    def _now_ms(self) -> int:
        return self.clock.now_ms

    def _check(self, check: Callable[..., None], *arguments: object) -> None:
        """Keep the error of a check: the program that it is called from may catch errors."""
        try:
            check(*arguments)
        except CheckFailedError as error:
            self._findings.append(error)

    def _end(self, actor: Actor[Any]) -> None:
        """Check how a program ended."""
        if actor in self.actors:
            self.actors.remove(actor)
        self.note(f"{actor.name} {'is killed' if actor.is_killed else 'ends'} {actor.error or ''}")
        if actor.error is None:
            return
        if self.is_calm or not isinstance(actor.error, StreamProcessorError):
            raise CheckFailedError(f"{actor.name} failed: {actor.error!r}") from actor.error

    def _on_change(self, key: Key, before: Item | None, after: Item | None) -> None:
        keys = {"transaction_id": {"S": key[0]}, "created_at": {"N": key[1]}}
        version = self.stream.add(keys, before, after, is_expiry=self._is_expiry)
        self.judge.note_change(key, after, version)
        self.changes += 1
        state = "is gone" if after is None else f"has user {str(after.get('user_id'))[:40]}"
        self.note(f"{key[0][:20]} at {key[1]} {state}, {version[-20:]}")

    def _on_row(self, key: Key, before: Item | None, after: Item | None) -> None:
        if after is None:
            return
        kind = "tombstone" if "deleted_at" in after else "row"
        self.note(f"{kind} {key[0][:10]} {key[1][:34]}, {after['version']['S'][-20:]}")
        self._check(self.judge.check_write, before, after)

    def _quarantine(self, body: str) -> None:
        self._check(check_public, body)
        self.queue.send(body)

    def _invoke(self, batch: list[Record]) -> Actor[Any]:
        is_short = not self.is_calm and self._chance.random() < 0.1  # noqa: PLR2004
        remaining_ms = _OUT_OF_TIME_MS if is_short else _UNLIMITED_MS
        records = json.loads(json.dumps(batch))
        return self.start("stream", lambda me: self.tools.handle(me, records, remaining_ms))

    def _expire_messages(self) -> None:
        oldest_ms = self.clock.now_ms - _QUARANTINE_MS
        for name, message in list(self.queue.messages.items()):
            if message.sent_ms < oldest_ms:
                del self.queue.messages[name]
                self.stream.has_lost = True

    def _expire_tombstones(self) -> None:
        """Delete tombstones whose time is up, as DynamoDB does: within days."""
        for key, item in list(self.rows.items.items()):
            expires_at = item.get("expires_at", {}).get("N")
            is_over = expires_at is not None and int(expires_at) < self.clock.now_s()
            if is_over and self._chance.random() < 0.5:  # noqa: PLR2004
                self.rows.replace(key, None)
