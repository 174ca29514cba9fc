import itertools
import logging
import threading
from concurrent.futures import Executor, Future, ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notification_models import Row, RowKey, Tombstone
from stream_processor.aws.retry import RetryPolicy
from stream_processor.exceptions import ReadModelWriteError
from stream_processor.stream.handler import StreamHandler

from ...support.fakes import Context

TIMEOUT_S = 20
THROTTLED = ReadModelWriteError("ThrottlingException", is_retry_safe=True)
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


def test_poison_is_quarantined_whole_and_the_other_records_are_projected(
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


def test_poison_is_reported_if_the_quarantine_fails(deliver, quarantine, make_record, make_item):
    quarantine.is_down = True

    reported = deliver(
        make_record(1, new=make_item()),
        make_record(2, new=make_item(transaction_id="tx_002", status=None)),
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


def test_no_personal_data_is_logged(
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
    assert "canary" not in str([record.__dict__ for record in caplog.records])


def test_a_log_line_names_the_stream_record(deliver, read_model, make_record, make_item, caplog):
    read_model.failing_users = {"b"}

    deliver(make_record(7, new=make_item(status=None)), make_record(8, new=make_item(user_id="b")))

    poison, failure = caplog.records
    assert (poison.sequence_number, poison.attribute, poison.reason) == (
        "7",
        "status",
        "is missing",
    )
    assert (failure.sequence_number, failure.error_type, failure.error_code) == (
        "8",
        "ReadModelWriteError",
        "ValidationException",
    )


class FlakyPort:
    """Writer and quarantine in one: raises the given failures first, then does nothing."""

    def __init__(self, *failures):
        self._failures = list(failures)
        self.calls = 0

    def write(self, _row):
        self.calls += 1
        if self._failures:
            raise self._failures.pop(0)
        return True

    def put(self, record, _poison):
        self.write(record)


def make_handler(port, executor, **options):
    quickly = RetryPolicy(attempts=3, sleep=lambda _seconds: None)
    return StreamHandler(port, port, executor, retry_policy=quickly, **options)


@pytest.mark.parametrize("missing", [{}, {"status": None}])
def test_throttled_calls_are_retried(executor, make_record, make_item, missing):
    port = FlakyPort(THROTTLED, THROTTLED)
    handler = make_handler(port, executor)

    response = handler({"Records": [make_record(1, new=make_item(**missing))]}, Context())

    assert response == {"batchItemFailures": []}
    assert port.calls == 3


@pytest.mark.parametrize("failure", [ReadModelWriteError("AccessDeniedException"), OSError()])
def test_lasting_errors_are_reported_without_a_retry(executor, make_record, make_item, failure):
    port = FlakyPort(failure)
    handler = make_handler(port, executor)

    response = handler({"Records": [make_record(1, new=make_item())]}, Context())

    assert response == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert port.calls == 1


def test_nothing_is_retried_when_the_time_is_nearly_up(executor, make_record, make_item):
    port = FlakyPort(THROTTLED, THROTTLED)
    policy = RetryPolicy(first_delay_s=1e9, longest_delay_s=1e9)
    handler = StreamHandler(port, port, executor, retry_policy=policy)

    response = handler({"Records": [make_record(1, new=make_item())]}, Context(20_000))

    assert response == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert port.calls == 1


def test_records_are_reported_before_the_timeout_if_dynamodb_hangs(make_record, make_item):
    """Two threads hang in the first two writes; the others never begin."""
    release, port = threading.Event(), FlakyPort()

    class Hanging:
        def write(self, row):
            if row.record.transaction_id != "tx_0":
                release.wait(TIMEOUT_S)
            return port.write(row)

    records = [make_record(n, new=make_item(transaction_id=f"tx_{n}")) for n in range(10)]
    with ThreadPoolExecutor(2) as executor:
        handler = StreamHandler(Hanging(), port, executor)

        # A tenth of a second, beside the handler's own margin.
        response = handler({"Records": records}, Context(1_100))
        release.set()

    assert response == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert port.calls == 3, "what had not begun was given up"


def test_the_counts_of_a_batch_are_emitted(
    read_model, quarantine, executor, make_record, make_item
):
    measured = []
    handler = StreamHandler(
        read_model,
        quarantine,
        executor,
        emit_metrics=measured.append,
        now_s=lambda: 1_704_067_262.5,
    )
    read_model.failing_users = {"b"}
    done = make_record(2, new=make_item(user_id="a"))
    done["dynamodb"]["ApproximateCreationDateTime"] += 1

    handler({"Records": [make_record(1, new=make_item(user_id="a")), done]}, Context())
    handler(
        {
            "Records": [
                done,
                make_record(3, new=make_item(user_id="b")),
                make_record(4, new=make_item(status=None)),
                make_record(5, old=make_item(user_id="a"), new=make_item(user_id="c")),
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
        "Records": 4,
        "RowsApplied": 2,
        "RowsAlreadyApplied": 0,
        "RecordsQuarantined": 1,
        "RecordsFailed": 1,
        "OldestRecordAge": 2500,
    }
    assert empty["Records"] == 0
    assert "OldestRecordAge" not in empty


def test_a_redelivered_row_is_counted_as_already_applied(
    read_model, quarantine, executor, make_record, make_item
):
    measured = []
    handler = StreamHandler(read_model, quarantine, executor, emit_metrics=measured.append)
    batch = {"Records": [make_record(1, new=make_item())]}

    handler(batch, Context())
    handler(batch, Context())

    applied = [[each.value for each in batch if each.name.startswith("Rows")] for batch in measured]
    assert applied == [[1, 0], [0, 1]]


@pytest.mark.parametrize(("keeps_expired", "kind"), [(False, Tombstone), (True, Row)])
def test_the_row_of_an_expired_record_is_deleted_or_kept_as_set(
    read_model, quarantine, executor, make_record, make_item, keeps_expired, kind
):
    handler = StreamHandler(read_model, quarantine, executor, keeps_expired=keeps_expired)
    expiry = make_record(2, old=make_item()) | {
        "userIdentity": {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    }

    response = handler({"Records": [make_record(1, new=make_item()), expiry]}, Context())

    assert response == {"batchItemFailures": []}
    assert isinstance(read_model.rows[KEY], kind)


class _ChosenOrderExecutor(Executor):
    """Runs tasks only when a result is read, in an order chosen by the test."""

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
def test_the_writes_of_a_batch_may_run_in_any_order(data, make_record, make_item):
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
    """Draw changes of the source; return their stream records and the final state of the source."""
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
    """Deliver as Lambda does: again from the reported record on, and sometimes from before it."""
    start = 0
    for _ in range(6):
        end = data.draw(st.integers(start, len(records)))
        model.fails = iter(data.draw(st.lists(st.booleans(), max_size=6)))
        reported = handler({"Records": records[start:end]}, Context())["batchItemFailures"]
        sequences = [record["dynamodb"]["SequenceNumber"] for record in records]
        done = sequences.index(reported[0]["itemIdentifier"]) if reported else end
        start = data.draw(st.integers(0, done))
    model.fails = iter(())
    assert handler({"Records": records[start:]}, Context()) == {"batchItemFailures": []}
