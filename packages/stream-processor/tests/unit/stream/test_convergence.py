"""After any events in any order, the read model is the projection of the command side.

A short form: `nox -s convergence` sets a higher number of histories, `CONVERGENCE_EXAMPLES`.
"""

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)

from notification_models import RowKey
from stream_processor.operations.repair import is_live
from stream_processor.tables.command_table import CommandKey
from stream_processor.tables.table_reader import Segment

from ...support.fakes import select
from ...support.world import World

IN_SECONDS = CommandKey("tx_0", "1704067200")
IN_MILLISECONDS = CommandKey("tx_1", "1704067200000")
SAME_INSTANT = CommandKey("tx_1", "1704067200")
records = st.sampled_from([IN_SECONDS, IN_MILLISECONDS, SAME_INSTANT])
users = st.sampled_from(["a", "b"])
contents = st.sampled_from(
    [
        {},
        {"status": {"S": "SENT"}, "notification_title": {"S": "新年快樂"}},
        {"status": {"S": "delivered"}, "platform": {"NULL": True}, "send_ts": {"N": "1704067200"}},
        {"status": {"N": "5"}, "error_msg": {"M": {"code": {"S": "410"}, "tries": {"N": "2"}}}},
        {"status": {"S": "FAILED"}, "error_msg": {"S": "Token expired"}, "ap_id": {"S": "app"}},
        {"status": {"S": "failed"}, "marketing_id": {"S": "other"}},
        {"marketing_id": {"S": "x" * 3000}, "notification_title": {"S": "長" * 2000}},
    ]
)
unusable_users = st.sampled_from([None, {"NULL": True}, {"N": "5"}, {"S": ""}, {"S": "x" * 2049}])
faults = st.lists(
    st.sampled_from(
        [
            *(None, None, None),
            *("fails before", "fails after", "repeats before", "repeats after"),
            *("dies before", "dies after"),
        ]
    ),
    max_size=4,
)
sizes = st.integers(1, 4)
numbers = st.integers(0, 50)
damages = st.sampled_from(
    [
        *("lose", "age", "add", "corrupt the version", "drop the version", "drop the seconds"),
        *("drop the failure shard", "keep a failure shard"),
    ]
)
DROPPED = {
    "drop the version": "version",
    "drop the seconds": "source_created_at",
    # As an earlier release wrote its failed rows.
    "drop the failure shard": "failure_shard",
}
happenings = st.one_of(
    st.none(),
    st.tuples(st.just("put"), records, users, contents),
    st.tuples(st.just("poison"), records, unusable_users),
    st.tuples(st.just("delete"), records),
    st.tuples(st.just("deliver"), numbers, sizes),
    st.tuples(st.just("give up"), numbers),
    st.tuples(st.just("redrive"), st.booleans()),
)
meanwhiles = st.lists(happenings, max_size=8)


def make_item(key, user, content):
    """Create a command record's item; the users of two records of one instant differ."""
    return {
        **key.to_item(),
        "user_id": {"S": f"{user} of seconds" if key == SAME_INSTANT else user},
        "marketing_id": {"S": "campaign"},
        "payload": {"S": "{}"},
        **content,
    }


def make_poison(key, user_id):
    """Create the item of a record without a usable user."""
    item = make_item(key, "", {})
    return item | {"user_id": user_id} if user_id else select(item, item.keys() - {"user_id"})


class Convergence(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.world = World()

    @rule(key=records, user=users, content=contents)
    def put(self, key, user, content):
        self.world.put(make_item(key, user, content))

    @rule(key=records, user_id=unusable_users)
    def put_poison(self, key, user_id):
        self.world.put(make_poison(key, user_id))

    @precondition(lambda self: self.world.commands.items)
    @rule(number=numbers, is_expired=st.booleans())
    def delete(self, number, is_expired):
        keys = list(self.world.commands.items)
        self.world.delete(keys[number % len(keys)], is_expired=is_expired)

    @rule()
    def recreate_stream(self):
        self.world.recreate_stream()

    @rule(number=numbers, size=sizes, faults=faults)
    def deliver(self, number, size, faults):
        self.world.deliver(self._shard(number), size, faults)

    @rule(number=numbers, start=numbers, size=sizes, faults=faults)
    def replay(self, number, start, size, faults):
        shard = self._shard(number)
        self.world.replay(shard, start % max(1, shard.done), size, faults)

    @rule(number=numbers, faults=faults)
    def give_up(self, number, faults):
        self.world.give_up(self._shard(number), faults)

    @rule(is_queue=st.booleans(), faults=faults, meanwhile=meanwhiles)
    def redrive(self, is_queue, faults, meanwhile):
        self._redrive(faults, self._bind(meanwhile), is_queue=is_queue)

    def _redrive(self, faults=(), meanwhile=(), *, is_queue):
        store = self.world.quarantine if is_queue else self.world.on_failure
        self.world.redrive(store, faults, meanwhile)

    @rule(index=st.integers(0, 1), faults=faults, meanwhile=meanwhiles)
    def rebuild(self, index, faults, meanwhile):
        self.world.rebuild(Segment(index, 2), faults, self._bind(meanwhile))

    @rule(is_repairing=st.booleans(), faults=faults, meanwhile=meanwhiles)
    def verify(self, is_repairing, faults, meanwhile):
        self.world.verify(faults, self._bind(meanwhile), is_repairing=is_repairing)

    @rule(damage=damages, number=numbers, record=records, user=users)
    def damage(self, damage, number, record, user):
        self.world.is_damaged = True
        rows = self.world.read_model.items
        if damage == "add":
            item = make_item(record, user, {"status": {"S": "FAILED"}})
            key = RowKey(item["user_id"]["S"], f"1704067200000#{record.transaction_id}")
            rows[key] = item | {"notification_key": {"S": key.notification_key}}
        elif rows:
            self._damage_row(list(rows)[number % len(rows)], damage)

    def _damage_row(self, key, damage):
        rows = self.world.read_model.items
        if damage == "lose":
            del rows[key]
        elif damage == "age":
            rows[key] = rows[key] | {"status": {"S": "AGED"}}
        elif damage == "corrupt the version":
            rows[key] = rows[key] | {"version": {"S": "zzz"}}
        elif damage == "keep a failure shard":
            if is_live(rows[key]):  # no tool adds an attribute to a tombstone
                rows[key] = rows[key] | {"failure_shard": {"S": "2024-01-01#0"}}
        else:
            rows[key] = select(rows[key], rows[key].keys() - {DROPPED[damage]})

    def teardown(self):
        self.world.settle()
        self.world.check()

    def _shard(self, number):
        return self.world.shards[number % len(self.world.shards)]

    def _bind(self, meanwhile):
        return [self._happen(each) for each in meanwhile]

    def _happen(self, happening):
        def happen():
            match happening:
                case ("put", key, user, content):
                    self.world.put(make_item(key, user, content))
                case ("poison", key, user_id):
                    self.world.put(make_poison(key, user_id))
                case ("delete", key):
                    if key in self.world.commands.items:
                        self.world.delete(key)
                case ("deliver", number, size):
                    self.world.deliver(self._shard(number), size)
                case ("give up", number):
                    self.world.give_up(self._shard(number), ["fails before"])
                case ("redrive", is_queue):
                    self._redrive(is_queue=is_queue)

        return happen


def test_the_read_model_converges_after_any_history():
    run_state_machine_as_test(
        Convergence,
        settings=settings(
            max_examples=int(os.environ.get("CONVERGENCE_EXAMPLES", "50")),
            stateful_step_count=40,
            suppress_health_check=list(HealthCheck),
        ),
    )
