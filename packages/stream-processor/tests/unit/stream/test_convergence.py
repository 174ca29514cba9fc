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

from notification_models import CommandRecord, RowKey, encode_command_record
from stream_processor.tables.command_table import CommandKey
from stream_processor.tables.table_reader import Segment

from ...support.world import CREATED_AT, World

transactions = st.sampled_from(["tx_0", "tx_1", "tx_2"])
users = st.sampled_from(["a", "b"])
statuses = st.sampled_from(["SENT", "DELIVERED", "FAILED"])
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
damages = st.sampled_from(["lose", "age", "corrupt the version", "drop the version", "add"])
happenings = st.one_of(
    st.none(),
    st.tuples(st.just("put"), transactions, users, statuses),
    st.tuples(st.just("delete"), transactions),
    st.tuples(st.just("deliver"), numbers, sizes),
    st.tuples(st.just("give up"), numbers),
    st.tuples(st.just("redrive"), st.booleans()),
)
meanwhiles = st.lists(happenings, max_size=8)


def make_item(transaction, user, status):
    record = CommandRecord(
        transaction_id=transaction,
        created_at=CREATED_AT,
        user_id=user,
        notification_title="新年快樂",
        status=status,
        platform="IOS",
        marketing_id="campaign",
        payload="{}",
    )
    return encode_command_record(record)


class Convergence(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.world = World()

    @rule(transaction=transactions, user=users, status=statuses)
    def put(self, transaction, user, status):
        self.world.put(make_item(transaction, user, status))

    @rule(transaction=transactions)
    def put_poison(self, transaction):
        item = make_item(transaction, "a", "SENT")
        del item["user_id"]
        self.world.put(item)

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

    @rule(damage=damages, number=numbers, transaction=transactions, user=users)
    def damage(self, damage, number, transaction, user):
        self.world.is_damaged = True
        rows = self.world.read_model.items
        if damage == "add":
            key = RowKey(user, f"{CREATED_AT}#{transaction}")
            item = make_item(transaction, user, "FAILED")
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
        else:
            rows[key] = {name: value for name, value in rows[key].items() if name != "version"}

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
                case ("put", transaction, user, status):
                    self.world.put(make_item(transaction, user, status))
                case ("delete", transaction):
                    key = CommandKey(transaction, str(CREATED_AT))
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
