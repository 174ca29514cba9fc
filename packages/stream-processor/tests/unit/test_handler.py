import itertools
import logging
from concurrent.futures import Executor, Future

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notification_models import RowKey, Tombstone
from stream_processor.handler import StreamHandler

KEY = RowKey("test_user_001", "1704067200000#tx_001")


def test_an_empty_batch_succeeds(deliver):
    assert deliver() is None


def test_a_batch_is_projected(deliver, read_model, make_record, make_item):
    records = [make_record(n, new=make_item(transaction_id=f"tx_{n}")) for n in range(100)]

    reported = deliver(*records)

    assert reported is None
    assert {row.record.transaction_id for row in read_model.rows.values()} == {
        f"tx_{n}" for n in range(100)
    }


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


def test_poison_is_quarantined_whole_and_its_neighbours_are_projected(
    deliver, read_model, quarantine, make_record, make_item
):
    records = [make_record(n, new=make_item(transaction_id=f"tx_{n}")) for n in range(10)]
    poison = make_record(4, new=make_item(transaction_id="tx_4", platform=None))
    records[4] = poison

    reported = deliver(*records)

    assert reported is None
    assert quarantine.entries == [(poison, "platform", "is missing")]
    assert len(read_model.rows) == 9


def test_poison_leaves_the_row_as_it_was(deliver, read_model, make_record, make_item):
    deliver(make_record(1, new=make_item()))

    deliver(make_record(2, old=make_item(), new=make_item(status=None)))

    assert read_model.rows[KEY].record.status == "SENT"


def test_poison_that_the_quarantine_does_not_take_is_reported(
    deliver, quarantine, make_record, make_item
):
    quarantine.is_down = True

    reported = deliver(
        make_record(1, new=make_item()),
        make_record(2, new=make_item(transaction_id="tx_002", status=None)),
    )

    assert reported == "2"


def test_a_failed_write_is_reported_and_its_neighbours_are_written(
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
def test_a_move_of_which_one_half_fails_is_reported(
    deliver, read_model, make_record, make_item, failing_user
):
    read_model.failing_users = {failing_user}

    reported = deliver(make_record(1, old=make_item(user_id="a"), new=make_item(user_id="b")))

    assert reported == "1"


def test_a_failed_write_reports_the_first_of_the_changes_it_stands_for(
    deliver, read_model, make_record, make_item
):
    read_model.failing_users = {"test_user_001"}

    reported = deliver(
        make_record(1, new=make_item(user_id="other")),
        make_record(2, new=make_item()),
        make_record(3, old=make_item(), new=make_item(status="DELIVERED")),
    )

    assert reported == "2"


@pytest.mark.parametrize(
    "images", [{"new": {"status": "not a wire value"}}, {"new": {"user_id": None}}]
)
def test_a_record_that_breaks_the_projection_is_reported(
    deliver, read_model, make_record, make_item, images
):
    broken = make_record(2, new=make_item(transaction_id="tx_002"))
    broken["dynamodb"]["NewImage"] |= images["new"]

    reported = deliver(make_record(1, new=make_item()), broken)

    assert reported == "2"
    assert KEY in read_model.rows


def test_nothing_personal_is_logged(
    deliver, read_model, quarantine, make_record, make_item, caplog
):
    caplog.set_level(logging.DEBUG)
    read_model.failing_users = {"canary-user"}
    quarantine.is_down = True
    broken = make_record(4, new=make_item())
    broken["dynamodb"]["NewImage"]["status"] = "canary-status"

    deliver(
        make_record(1, new=make_item(user_id="canary-user")),
        make_record(2, new=make_item(user_id="canary-other", status=None)),
        make_record(3, old=make_item(user_id="canary-third")),
        broken,
    )

    assert len(caplog.records) >= 3
    assert "canary" not in caplog.text


class _ChosenOrderExecutor(Executor):
    """Runs tasks only when their results are asked for, in an order chosen by the test."""

    def __init__(self, choose):
        self._choose = choose
        self._tasks = []

    def submit(self, fn, /, *args, **kwargs):
        executor = self

        class Lazy(Future):
            def exception(self, timeout=None):
                executor.run_all()
                return super().exception(timeout)

        future = Lazy()
        self._tasks.append((future, fn, args, kwargs))
        return future

    def run_all(self):
        tasks, self._tasks = self._tasks, []
        for index in self._choose(len(tasks)):
            future, fn, args, kwargs = tasks[index]
            try:
                future.set_result(fn(*args, **kwargs))
            except Exception as error:  # noqa: BLE001 - as an executor does
                future.set_exception(error)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_of_a_batchs_writes_ends_in_the_same_rows(data, make_record, make_item):
    """Changes of three records among two users; writes done in any order, some failing."""
    model, quarantine = _Model(), _NoQuarantine()
    executor = _ChosenOrderExecutor(lambda n: data.draw(st.permutations(range(n))))
    handler = StreamHandler(model, quarantine, executor)
    records, truth = _history(data, make_record, make_item)

    _deliver_until_done(handler, records, model, data)

    assert model.live_rows() == truth


class _Model:
    def __init__(self):
        self.rows = {}
        self.fails = iter(())

    def write(self, row):
        if next(self.fails, False):
            raise TimeoutError
        stored = self.rows.get(row.key)
        if stored is None or stored.version < row.version:
            self.rows[row.key] = row

    def live_rows(self):
        return {
            (row.key.user_id, row.record.transaction_id): row.record.status
            for row in self.rows.values()
            if not isinstance(row, Tombstone)
        }


class _NoQuarantine:
    def put(self, _record, poison):
        raise AssertionError("no record of this test is poison") from poison


def _history(data, make_record, make_item):
    """Draw changes of the source; give their stream records and the source's last state."""
    source = {}
    records = []
    for sequence in itertools.islice(itertools.count(1), data.draw(st.integers(1, 12))):
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
    """Deliver as Lambda does: from the reported record on again, and at times from before it."""
    start = 0
    for _ in range(6):
        end = data.draw(st.integers(start, len(records)))
        model.fails = iter(data.draw(st.lists(st.booleans(), max_size=6)))
        reported = handler({"Records": records[start:end]}, None)["batchItemFailures"]
        sequences = [record["dynamodb"]["SequenceNumber"] for record in records]
        done = sequences.index(reported[0]["itemIdentifier"]) if reported else end
        start = data.draw(st.integers(0, done))
    model.fails = iter(())
    assert handler({"Records": records[start:]}, None) == {"batchItemFailures": []}
