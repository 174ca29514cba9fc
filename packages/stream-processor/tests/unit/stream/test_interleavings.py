"""Every interleaving of the changes of one record, their delivery and an operator tool.

Each call of a port is a step of its own. Both tools at once over single records would take minutes,
so there the whole history is one batch, which is delivered at any time.
"""

import asyncio
from contextlib import suppress

import pytest

from notification_models import InvalidRecordError, decode_notification_record
from stream_processor.exceptions import RepairContendedError
from stream_processor.operations.comparison import RowComparison
from stream_processor.operations.rebuild import Rebuilder
from stream_processor.operations.redrive import redrive
from stream_processor.operations.repair import Repairer, find_record, is_live
from stream_processor.stream.handler import StreamHandler
from stream_processor.tables.command_table import command_key_of
from stream_processor.tables.table_reader import Segment

from ...support.fakes import (
    Context,
    InlineExecutor,
    InMemoryCommandTable,
    InMemoryQuarantine,
    InMemoryReadModel,
    InMemoryStore,
)
from ...support.memory_loop import MemoryLoop
from ...support.model_checker import Scheduled, explore, pause
from ...support.world import (
    NOW_S,
    list_expected_failures,
    list_expected_viewers,
    list_failures,
    list_viewers,
    rebuild_whole_segment,
)

BARE = dict.fromkeys(["notification_title", "status", "platform", "marketing_id", "ap_id"])
SECONDS = {"created_at": 1_704_067_200}
HISTORIES = {
    "insert, update, update, delete": [{}, {"status": "S1"}, {"status": "S2"}, None],
    "insert, update, move, delete": [{}, {"status": "S1"}, {"user_id": "b"}, None],
    "insert, move, move back, update": [{}, {"user_id": "b"}, {}, {"status": "S1"}],
    "insert, delete, insert, update": [{}, None, {"status": "S1"}, {"status": "S2"}],
    "insert, poison, correct, delete": [{}, {"user_id": None}, {"status": "S1"}, None],
    "insert, lose its user, return under another user": [{}, {"user_id": None}, {"user_id": "b"}],
    "insert, poison, return under another user, poison": [
        {},
        {"user_id": None},
        {"user_id": "b"},
        {"user_id": None},
    ],
    "insert poison, correct, poison, delete": [{"user_id": None}, {}, {"user_id": None}, None],
    "insert, fail, deliver, delete": [
        {},
        {"status": "FAILED"},
        {"status": "DELIVERED"},
        None,
    ],
    "insert a failure, move, poison": [
        {"status": "FAILED"},
        {"status": "failed", "user_id": "b"},
        {"status": "failed", "user_id": None},
    ],
    "insert a bare record, update, delete": [BARE, {"status": "S1"}, None],
    "in seconds: insert, move, poison": [
        SECONDS,
        SECONDS | {"user_id": "b"},
        SECONDS | {"user_id": None},
    ],
}


class RepeatedWriter:
    """Writes twice, as AWS's client does when the response to the first attempt is lost."""

    def __init__(self, port):
        self._port = port

    async def write(self, row):
        await self._port.write(row)
        return await self._port.write(row)


class World:
    """The history of one record, and all writers that work on it at the same time."""

    def __init__(self, images, batch_size, make_record, actors):
        self._images = images
        self._key = command_key_of(images[0])
        self._batch_size = batch_size
        self._make_record = make_record
        self._stream = []
        self._is_over = False
        self._commands = InMemoryCommandTable()
        self._read_model = InMemoryReadModel()
        self._quarantine = InMemoryQuarantine()
        self._on_failure = InMemoryStore()
        self._delivered = 0
        self.actors = [self._send, *(getattr(self, f"_{actor}") for actor in actors)]

    def _send(self):
        old = None
        for sequence, new in enumerate(self._images, start=1):
            pause()
            if new is None:
                self._commands.items.pop(self._key)
            else:
                self._commands.put(new)
            self._stream.append(self._make_record(sequence, old=old, new=new))
            old = new
        self._is_over = True

    def _poll(self, writer=lambda port: port):
        port = Scheduled(self._read_model, is_remembered=False)
        runner = asyncio.Runner(loop_factory=MemoryLoop)
        handler = StreamHandler(writer(port), self._quarantine, runner)
        while self._delivered < len(self._images):
            pause(until=self._has_batch)
            port.free_calls = 1
            batch = self._stream[self._delivered : self._delivered + self._batch_size]
            assert handler({"Records": batch}, Context()) == {"batchItemFailures": []}
            self._delivered += len(batch)

    def _poll_and_repeat(self):
        self._poll(RepeatedWriter)

    def _give_up(self):
        """Store every record as a failure, as when DynamoDB refuses all writes for long."""
        while self._delivered < len(self._images):
            pause(until=self._has_batch)
            self._on_failure.add(self._stream[self._delivered])
            self._delivered += 1

    def _has_batch(self):
        waiting = len(self._stream) - self._delivered
        return waiting >= self._batch_size or (self._is_over and waiting > 0)

    def _redrive(self):
        # If it fails, the entry is kept, and redriven again at the end.
        with suppress(InvalidRecordError, RepairContendedError):
            self._repairer().repair(self._key)

    def _redrive_stored_failures(self):
        pause(until=lambda: self._on_failure.entries)
        with suppress(RepairContendedError):
            list(redrive(self._on_failure, self._repairer()))

    def _rebuild(self):
        rebuilder = Rebuilder(
            Scheduled(self._commands), Scheduled(self._read_model), InlineExecutor()
        )
        rebuild_whole_segment(rebuilder, Segment(0, 1))

    def _verify(self):
        """Bury the orphans that a scan shows, without waiting for the stream."""
        comparison = RowComparison(
            Scheduled(self._commands), Scheduled(self._read_model), self._repairer()
        )
        for key, _ in comparison.compare_page(Segment(0, 1), None).suspects:
            comparison.repair(key)

    def _repairer(self):
        return Repairer(Scheduled(self._commands), Scheduled(self._read_model), now_s=lambda: NOW_S)

    def state(self):
        return repr(
            (
                self._commands.items,
                self._read_model.items,
                len(self._stream),
                self._delivered,
                self._quarantine.entries,
                self._on_failure.entries,
            )
        )

    def check(self):
        for store in (self._quarantine, self._on_failure):
            list(redrive(store, Repairer(self._commands, self._read_model, now_s=lambda: NOW_S)))
        sources = self._commands.items.values()
        records = [record for source in sources if (record := find_record(source))]
        live = [row for row in self._read_model.items.values() if is_live(row)]
        assert list(map(decode_notification_record, live)) == records
        assert list_viewers(live) == list_expected_viewers(sources)
        assert list_failures(self._read_model.items.values()) == list_expected_failures(sources)
        is_poison = len(records) < len(sources)
        assert bool(self._quarantine.entries + self._on_failure.entries) == is_poison


BOTH = ("redrive", "rebuild")
TOOLS = (*BOTH, "verify")
CASES = [
    *(("insert, update, update, delete", 1, (tool,)) for tool in BOTH),
    ("insert, update, update, delete", 4, BOTH),
    *((history, 2, (tool,)) for history in list(HISTORIES)[1:] for tool in TOOLS),
]
LONG_HISTORIES = {"insert, update, update, delete", "insert, move, move back, update"}


@pytest.mark.parametrize(
    ("history", "batch_size", "tools"),
    [
        pytest.param(*case, marks=pytest.mark.proof if case[0] in LONG_HISTORIES else ())
        for case in CASES
    ],
)
def test_every_interleaving_ends_in_the_right_row(
    history, batch_size, tools, make_item, make_record
):
    images = [
        make_item(**({"user_id": "a"} | each)) if each is not None else None
        for each in HISTORIES[history]
    ]

    states = explore(lambda: World(images, batch_size, make_record, ("poll", *tools)))

    assert states > 20


@pytest.mark.parametrize(
    "history",
    [
        [{}, None],
        [{}, {"user_id": "b"}],
        [{}, {"user_id": "b"}, None],
        [{}, {"user_id": None}],
        [{}, {"user_id": None}, None],
    ],
)
def test_a_rebuild_does_not_revive_a_record_whose_delete_was_redriven(
    history, make_item, make_record
):
    images = [
        make_item(**({"user_id": "a"} | each)) if each is not None else None for each in history
    ]
    actors = ("give_up", "redrive_stored_failures", "rebuild")

    states = explore(lambda: World(images, 1, make_record, actors))

    assert states > 100


@pytest.mark.parametrize("tool", BOTH)
def test_a_repeated_write_changes_nothing_in_any_interleaving(tool, make_item, make_record):
    history = [{}, {"user_id": "b"}]
    images = [make_item(**({"user_id": "a"} | each)) for each in history]

    states = explore(lambda: World(images, 2, make_record, ("poll_and_repeat", tool)))

    assert states > 100
