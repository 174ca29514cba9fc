import asyncio
import itertools
import logging
from operator import itemgetter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notification_models import InvalidRecordError, Row, RowKey, Tombstone
from stream_processor.exceptions import QuarantineError, ReadModelWriteError
from stream_processor.stream.handler import StreamHandler
from stream_processor.stream.quarantine import encode_message

from ...support.fakes import Context
from ...support.memory_loop import MemoryLoop

THROTTLED = ReadModelWriteError("ThrottlingException", is_retry_safe=True)
# Of a batch of 12 records, each of which moves its row.
MOST_WRITES = 24
KEY = RowKey("test_user_001", "1704067200000#tx_001")
MISSING_USER = InvalidRecordError("user_id", "is missing")
INVALID_ROW = InvalidRecordError("row", "is invalid for DynamoDB: ValidationException")


def test_an_empty_batch_succeeds(deliver):
    assert deliver() is None


def test_a_batch_is_projected(deliver, read_model, make_record, make_item):
    records = [make_record(n, new=make_item(transaction_id=f"tx_{n}")) for n in range(100)]

    reported = deliver(*records)

    assert reported is None
    assert {row.record.transaction_id for row in read_model.rows.values()} == {
        f"tx_{n}" for n in range(100)
    }


def test_a_row_is_in_the_index_of_failures_while_its_status_is_failed(
    deliver, read_model, make_record, make_item
):
    sent, failed, delivered = (
        make_item(status=status) for status in ("SENT", "failed", "DELIVERED")
    )
    shards = []
    for number, (old, new) in enumerate(
        [(None, sent), (sent, failed), (failed, delivered), (delivered, failed), (failed, None)]
    ):
        deliver(make_record(number, old=old, new=new))
        shards.append(read_model.items[KEY].get("failure_shard"))

    assert shards == [None, {"S": "2024-01-01#7"}, None, {"S": "2024-01-01#7"}, None]


def test_two_notifications_of_a_user_in_the_same_millisecond_are_two_rows(
    deliver, read_model, make_record, make_item
):
    deliver(
        make_record(1, new=make_item(transaction_id="tx_001")),
        make_record(2, new=make_item(transaction_id="tx_002")),
    )

    assert len(read_model.rows) == 2


def test_a_redelivered_batch_changes_nothing(deliver, read_model, make_record, make_item):
    batch = [
        make_record(1, new=make_item()),
        make_record(2, old=make_item(), new=make_item(status="DELIVERED")),
        make_record(3, new=make_item(transaction_id="tx_002")),
    ]
    deliver(*batch)
    once = dict(read_model.rows)

    reported = deliver(*batch)

    assert reported is None
    assert read_model.rows == once


def test_an_older_record_after_a_newer_one_changes_nothing(
    deliver, read_model, make_record, make_item
):
    deliver(make_record(2, old=make_item(), new=make_item(status="DELIVERED")))

    reported = deliver(make_record(1, new=make_item()))

    assert reported is None
    assert read_model.rows[KEY].record.status == "DELIVERED"


def test_an_older_record_does_not_revive_a_deleted_row(deliver, read_model, make_record, make_item):
    deliver(make_record(2, old=make_item()))

    deliver(make_record(1, new=make_item()))

    assert isinstance(read_model.rows[KEY], Tombstone)


def test_a_longer_sequence_number_is_newer(deliver, read_model, make_record, make_item):
    deliver(make_record(9, new=make_item()))

    deliver(make_record(10, old=make_item(), new=make_item(status="DELIVERED")))

    assert read_model.rows[KEY].record.status == "DELIVERED"


def test_a_record_created_again_after_its_deletion_is_a_row(
    deliver, read_model, make_record, make_item
):
    deliver(make_record(1, new=make_item()), make_record(2, old=make_item()))

    deliver(make_record(3, new=make_item(status="FAILED")))

    assert read_model.rows[KEY].record.status == "FAILED"


def test_poison_is_quarantined_and_the_other_records_are_projected(
    deliver, read_model, quarantine, make_record, make_item
):
    records = [make_record(n, new=make_item(transaction_id=f"tx_{n}")) for n in range(10)]
    poison = make_record(4, new=make_item(transaction_id="tx_4", user_id=None))
    records[4] = poison

    reported = deliver(*records)

    assert reported is None
    assert quarantine.entries == [encode_message(poison, MISSING_USER)]
    assert len(read_model.rows) == 9


def test_a_change_that_makes_a_record_poison_buries_its_row_and_is_quarantined(
    deliver, read_model, quarantine, make_record, make_item
):
    deliver(make_record(1, new=make_item()))
    change = make_record(2, old=make_item(), new=make_item(user_id=None))

    reported = deliver(change)

    assert reported is None
    assert isinstance(read_model.rows[KEY], Tombstone)
    assert quarantine.entries == [encode_message(change, MISSING_USER)]


def test_a_record_that_loses_its_user_and_gets_another_has_one_row(
    deliver, read_model, make_record, make_item
):
    scrubbed, second = make_item(user_id=None), make_item(user_id="test_user_002")

    deliver(
        make_record(1, new=make_item()),
        make_record(2, old=make_item(), new=scrubbed),
        make_record(3, old=scrubbed, new=second),
    )

    live = [key.user_id for key, row in read_model.rows.items() if isinstance(row, Row)]
    assert live == ["test_user_002"]


@pytest.mark.parametrize("part", ["the write", "the quarantine"])
def test_a_change_that_makes_a_record_poison_is_done_when_both_its_parts_are(
    deliver, read_model, quarantine, make_record, make_item, part
):
    change = make_record(2, old=make_item(), new=make_item(user_id=None))
    read_model.failing_users = {"test_user_001"} if part == "the write" else set()
    quarantine.is_down = part == "the quarantine"

    reported = deliver(make_record(1, new=make_item(user_id="other")), change)

    assert reported == "2"


def test_the_removal_of_a_poison_record_needs_nothing(
    deliver, read_model, quarantine, make_record, make_item
):
    reported = deliver(make_record(1, old=make_item(user_id=None)))

    assert reported is None
    assert read_model.rows == {}
    assert quarantine.entries == []


def test_poison_is_reported_if_the_quarantine_fails(deliver, quarantine, make_record, make_item):
    quarantine.is_down = True

    reported = deliver(
        make_record(1, new=make_item()),
        make_record(2, new=make_item(transaction_id="tx_002", user_id=None)),
    )

    assert reported == "2"


def test_the_newest_change_of_an_invalid_row_is_quarantined(
    deliver, read_model, quarantine, make_record, make_item
):
    read_model.invalid_users = {"b"}
    changes = [
        make_record(2, new=make_item(user_id="b")),
        make_record(3, old=make_item(user_id="b"), new=make_item(user_id="b", status="FAILED")),
    ]

    reported = deliver(make_record(1, new=make_item(user_id="a")), *changes)

    assert reported is None
    assert quarantine.entries == [encode_message(changes[1], INVALID_ROW)]
    assert {key.user_id for key in read_model.rows} == {"a"}


def test_a_move_to_an_invalid_row_buries_the_old_row(
    deliver, read_model, quarantine, make_record, make_item
):
    read_model.invalid_users = {"b"}
    move = make_record(1, old=make_item(), new=make_item(user_id="b"))

    reported = deliver(move)

    assert reported is None
    assert quarantine.entries == [encode_message(move, INVALID_ROW)]
    assert isinstance(read_model.rows[KEY], Tombstone)


def test_the_first_change_of_an_invalid_row_is_reported_if_the_quarantine_fails(
    deliver, read_model, quarantine, make_record, make_item
):
    read_model.invalid_users = {"b"}
    quarantine.is_down = True

    reported = deliver(
        make_record(1, new=make_item(user_id="a")),
        make_record(2, new=make_item(user_id="b")),
        make_record(3, old=make_item(user_id="b"), new=make_item(user_id="b", status="FAILED")),
    )

    assert reported == "2"


def test_a_failed_write_is_reported_and_the_other_rows_are_written(
    deliver, read_model, make_record, make_item
):
    read_model.failing_users = {"b"}

    reported = deliver(
        make_record(1, new=make_item(user_id="a")),
        make_record(2, new=make_item(user_id="b")),
        make_record(3, new=make_item(user_id="c")),
    )

    assert reported == "2"
    assert {key.user_id for key in read_model.rows} == {"a", "c"}


def test_of_several_failures_the_first_is_reported(deliver, read_model, make_record, make_item):
    read_model.failing_users = {"b", "c"}

    reported = deliver(
        make_record(8, new=make_item(user_id="a")),
        make_record(9, new=make_item(user_id="c")),
        make_record(10, new=make_item(user_id="b")),
    )

    assert reported == "9"


@pytest.mark.parametrize("failing_user", ["a", "b"])
def test_a_move_is_reported_if_one_of_its_writes_fails(
    deliver, read_model, make_record, make_item, failing_user
):
    read_model.failing_users = {failing_user}

    reported = deliver(make_record(1, old=make_item(user_id="a"), new=make_item(user_id="b")))

    assert reported == "1"


def test_a_failed_write_reports_the_first_change_of_its_row(
    deliver, read_model, make_record, make_item
):
    read_model.failing_users = {"test_user_001"}

    reported = deliver(
        make_record(1, new=make_item(user_id="other")),
        make_record(2, new=make_item()),
        make_record(3, old=make_item(), new=make_item(status="DELIVERED")),
    )

    assert reported == "2"


@pytest.mark.parametrize("value", ["not a wire value", None, 5, [], {"S": []}, {"S": "\ud800"}])
def test_a_record_with_a_user_of_another_form_is_quarantined(
    deliver, read_model, quarantine, make_record, make_item, value
):
    broken = make_record(2, new=make_item(transaction_id="tx_002"))
    broken["dynamodb"]["NewImage"] |= {"user_id": value}

    reported = deliver(make_record(1, new=make_item()), broken)

    assert reported is None
    assert KEY in read_model.rows
    assert len(quarantine.entries) == 1


class Unforeseen(dict):
    """An image of a kind for which the projection has a fault."""

    def __getitem__(self, _name):
        raise ZeroDivisionError


def test_a_record_that_breaks_the_projection_is_quarantined(
    deliver, read_model, quarantine, make_record, make_item
):
    broken = make_record(2, new=make_item(transaction_id="tx_002"))
    broken["dynamodb"]["NewImage"] = Unforeseen()

    reported = deliver(make_record(1, new=make_item()), broken)

    assert reported is None
    assert KEY in read_model.rows
    poison = InvalidRecordError("record", "raises ZeroDivisionError")
    assert quarantine.entries == [encode_message(broken, poison)]


@pytest.mark.parametrize("record", [None, [], "record", 5, {}, {"dynamodb": None}])
def test_what_is_no_stream_record_is_quarantined(
    deliver, read_model, quarantine, make_record, make_item, record
):
    reported = deliver(record, make_record(2, new=make_item()))

    assert reported is None
    assert KEY in read_model.rows
    assert len(quarantine.entries) == 1


def test_a_failed_record_without_a_number_is_delivered_again_after_the_one_before_it(
    deliver, quarantine, make_record, make_item
):
    quarantine.is_down = True

    reported = deliver(make_record(1, new=make_item()), make_record(2, new=make_item()), None, None)

    assert reported == "2"


def test_the_whole_batch_is_delivered_again_if_no_number_precedes_a_failed_record(
    deliver, quarantine, make_record, make_item
):
    quarantine.is_down = True

    reported = deliver({"dynamodb": {"SequenceNumber": 1}}, make_record(2, new=make_item()))

    assert reported == ""


def test_no_personal_data_is_logged(
    deliver, read_model, quarantine, make_record, make_item, caplog
):
    caplog.set_level(logging.DEBUG)
    read_model.failing_users = {"canary-user"}
    read_model.invalid_users = {"canary-invalid"}
    quarantine.is_down = True
    broken = make_record(4, new=make_item())
    broken["dynamodb"] |= {"SequenceNumber": "canary-number", "NewImage": ["canary-image"]}

    deliver(
        make_record(1, new=make_item(user_id="canary-user")),
        make_record(2, new=make_item(ap_id="canary-other", user_id=None)),
        make_record(3, old=make_item(user_id="canary-third")),
        broken,
        make_record(5, new=make_item(user_id="canary-invalid")),
    )

    assert len(caplog.records) >= 5
    assert "canary" not in caplog.text
    assert "canary" not in str([record.__dict__ for record in caplog.records])


def test_a_log_line_names_the_stream_record(deliver, read_model, make_record, make_item, caplog):
    read_model.failing_users = {"b"}

    deliver(make_record(7, new=make_item(user_id=None)), make_record(8, new=make_item(user_id="b")))

    poison, failure = caplog.records
    assert (poison.sequence_number, poison.attribute, poison.reason) == (
        "7",
        "user_id",
        "is missing",
    )
    assert (failure.sequence_number, failure.error_type, failure.error_code) == (
        "8",
        "ReadModelWriteError",
        "AccessDeniedException",
    )


class FailingPort:
    """Writer and quarantine in one: every call fails."""

    def __init__(self, failure):
        self._failure = failure
        self.calls = 0

    async def write(self, _row):
        self.calls += 1
        raise self._failure

    async def put(self, record, _poison):
        await self.write(record)


@pytest.mark.parametrize("missing", [{}, {"user_id": None}])
@pytest.mark.parametrize(
    "failure",
    [
        THROTTLED,
        ReadModelWriteError("AccessDeniedException"),
        QuarantineError("InvalidParameterValue"),
        OSError(),
    ],
)
def test_a_failure_is_reported_without_another_call(
    runner, make_record, make_item, failure, missing
):
    port = FailingPort(failure)
    handler = StreamHandler(port, port, runner)

    response = handler({"Records": [make_record(1, new=make_item(**missing))]}, Context())

    assert response == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert port.calls == 1


class HangingPort:
    """Writer and quarantine in one: calls end after a number of seconds, if not cancelled."""

    def __init__(self, *durations_s):
        self._durations_s = iter(durations_s)
        self.done = 0
        self.cancelled = 0

    async def write(self, _row):
        try:
            await asyncio.sleep(next(self._durations_s))
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        self.done += 1
        return ""

    async def put(self, record, _poison):
        await self.write(record)


def test_what_is_not_done_one_second_before_the_timeout_is_cancelled_and_reported(
    runner, make_record, make_item, caplog
):
    records = [make_record(n, new=make_item(transaction_id=f"tx_{n}")) for n in range(10)]
    port = HangingPort(0, 19.5, 20.5, *[0] * 7)
    handler = StreamHandler(port, port, runner)

    response = handler({"Records": records}, Context(21_000))

    assert response == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    assert (port.done, port.cancelled) == (9, 1)
    assert [each.error_type for each in caplog.records] == ["OutOfTimeError"]


def test_without_time_every_record_is_reported(runner, make_record, make_item):
    port = HangingPort(1)
    handler = StreamHandler(port, port, runner)

    response = handler({"Records": [make_record(1, new=make_item())]}, Context(0))

    assert response == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert port.done == 0


def test_the_counts_of_a_batch_are_emitted(read_model, quarantine, runner, make_record, make_item):
    measured = []
    handler = StreamHandler(
        read_model,
        quarantine,
        runner,
        emit_metrics=measured.append,
        now_s=lambda: 1_704_067_262.5,
    )
    read_model.failing_users = {"b"}
    read_model.invalid_users = {"invalid"}
    done = make_record(2, new=make_item(user_id="a"))
    done["dynamodb"]["ApproximateCreationDateTime"] += 1

    handler({"Records": [make_record(1, new=make_item(user_id="a")), done]}, Context())
    handler(
        {
            "Records": [
                done,
                make_record(3, new=make_item(user_id="b")),
                make_record(4, new=make_item(user_id=None)),
                make_record(5, old=make_item(user_id="a"), new=make_item(user_id="c")),
                make_record(6, new=make_item(user_id="invalid")),
            ]
        },
        Context(),
    )
    handler({"Records": []}, Context())

    first, second, empty = ({each.name: each.value for each in batch} for batch in measured)
    assert first == {
        "Records": 2,
        "RowsApplied": 1,
        "RowsAlreadyApplied": 0,
        "RecordsQuarantined": 0,
        "RecordsFailed": 0,
        "OldestRecordAge": 2500,
    }
    assert second == {
        "Records": 5,
        "RowsApplied": 2,
        "RowsAlreadyApplied": 0,
        "RecordsQuarantined": 2,
        "RecordsFailed": 1,
        "OldestRecordAge": 2500,
    }
    assert empty["Records"] == 0
    assert "OldestRecordAge" not in empty


@pytest.mark.parametrize("port", ["emit_metrics", "emit_by_ap"])
def test_metrics_that_fail_do_not_fail_the_batch(
    read_model, quarantine, runner, make_record, make_item, caplog, port
):
    def fail(_metrics):
        raise ValueError("canary")

    handler = StreamHandler(read_model, quarantine, runner, **{port: fail})

    response = handler({"Records": [make_record(1, new=make_item())]}, Context())

    assert response == {"batchItemFailures": []}
    assert [each.getMessage() for each in caplog.records] == ["metrics not emitted: ValueError"]


@pytest.mark.parametrize("time_s", ["1704067260", None, float("nan"), float("inf"), -1, 10**400])
def test_a_record_whose_time_is_none_is_quarantined_and_has_no_age(
    read_model, quarantine, runner, make_record, make_item, time_s
):
    measured = []
    handler = StreamHandler(read_model, quarantine, runner, emit_metrics=measured.append)
    record = make_record(1, new=make_item())
    record["dynamodb"]["ApproximateCreationDateTime"] = time_s

    response = handler({"Records": [record]}, Context())

    assert response == {"batchItemFailures": []}
    assert len(quarantine.entries) == 1
    (metrics,) = measured
    assert "OldestRecordAge" not in {each.name for each in metrics}


def test_a_redelivered_row_is_counted_as_already_applied(
    read_model, quarantine, runner, make_record, make_item
):
    measured = []
    handler = StreamHandler(read_model, quarantine, runner, emit_metrics=measured.append)
    batch = {"Records": [make_record(1, new=make_item())]}

    handler(batch, Context())
    handler(batch, Context())

    applied = [[each.value for each in batch if each.name.startswith("Rows")] for batch in measured]
    assert applied == [[1, 0], [0, 1]]


@pytest.mark.parametrize(("keeps_expired", "kind"), [(False, Tombstone), (True, Row)])
def test_the_row_of_an_expired_record_is_deleted_or_kept_as_set(
    read_model, quarantine, runner, make_record, make_item, keeps_expired, kind
):
    handler = StreamHandler(read_model, quarantine, runner, keeps_expired=keeps_expired)
    expiry = make_record(2, old=make_item()) | {
        "userIdentity": {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    }

    response = handler({"Records": [make_record(1, new=make_item()), expiry]}, Context())

    assert response == {"batchItemFailures": []}
    assert isinstance(read_model.rows[KEY], kind)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_writes_of_a_batch_may_run_in_any_order(data, make_record, make_item):
    """Changes of three records among two users; writes done in any order, some failing."""
    model = _Model()
    runner = asyncio.Runner(loop_factory=MemoryLoop)
    handler = StreamHandler(model, _NoQuarantine(), runner)
    records, truth = _history(data, make_record, make_item)

    _deliver_until_done(handler, records, model, data)

    assert model.live_rows() == truth


class _Model:
    """A writer that does writes once all have begun, in the order chosen by the test."""

    def __init__(self):
        self.rows = {}
        self.fails = iter(())
        self.order = range(MOST_WRITES)
        self._turns = []

    async def write(self, row):
        await self._wait_for_turn()
        if next(self.fails, False):
            raise TimeoutError
        stored = self.rows.get(row.key)
        if stored is not None and stored.version >= row.version:
            return None
        self.rows[row.key] = row
        return stored.version if stored else ""

    async def _wait_for_turn(self):
        loop = asyncio.get_running_loop()
        if not self._turns:
            # The loop's clock moves when no task can go on.
            loop.call_later(1, self._give_turns)
        self._turns.append(loop.create_future())
        await self._turns[-1]

    def _give_turns(self):
        turns, self._turns = self._turns, []
        for _, turn in sorted(zip(self.order, turns, strict=False), key=itemgetter(0)):
            turn.set_result(None)

    def live_rows(self):
        return {
            (row.key.user_id, row.record.transaction_id): row.record.status
            for row in self.rows.values()
            if not isinstance(row, Tombstone)
        }


class _NoQuarantine:
    async def put(self, _record, poison):
        raise AssertionError("no record of this test is poison") from poison


def _history(data, make_record, make_item):
    """Draw changes of the source; return their stream records and the final state of the source."""
    source = {}
    records = []
    for sequence in itertools.islice(
        itertools.count(1), data.draw(st.integers(1, MOST_WRITES // 2))
    ):
        transaction = data.draw(st.sampled_from(["tx_1", "tx_2", "tx_3"]))
        old = source.get(transaction)
        delete = old is not None and data.draw(st.booleans())
        new = (
            None
            if delete
            else make_item(
                transaction_id=transaction,
                user_id=data.draw(st.sampled_from(["a", "b"])),
                status=f"S{sequence}",
            )
        )
        source[transaction] = new
        records.append(make_record(sequence, old=old, new=new))
    truth = {
        (item["user_id"]["S"], transaction): item["status"]["S"]
        for transaction, item in source.items()
        if item
    }
    return records, truth


def _deliver_until_done(handler, records, model, data):
    """Deliver as Lambda does: again from the reported record on, and sometimes from before it."""
    start = 0
    for _ in range(6):
        end = data.draw(st.integers(start, len(records)))
        model.fails = iter(data.draw(st.lists(st.booleans(), max_size=6)))
        model.order = data.draw(st.permutations(range(MOST_WRITES)))
        reported = handler({"Records": records[start:end]}, Context())["batchItemFailures"]
        sequences = [record["dynamodb"]["SequenceNumber"] for record in records]
        done = sequences.index(reported[0]["itemIdentifier"]) if reported else end
        start = data.draw(st.integers(0, done))
    model.fails = iter(())
    assert handler({"Records": records[start:]}, Context()) == {"batchItemFailures": []}
