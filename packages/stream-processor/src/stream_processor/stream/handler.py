"""A batch of stream records to a partial batch response.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from enum import Enum, auto
from typing import Any, Final, TypeAlias, TypedDict

from notification_models import InvalidRecordError, Row, Tombstone
from stream_processor.aws.deadline import Deadline, InvocationContext
from stream_processor.aws.retry import RetryPolicy
from stream_processor.exceptions import OutOfTimeError
from stream_processor.observability.metrics import BatchCounts, EmitMetrics, emit_nothing
from stream_processor.stream.projection import plan_writes, project
from stream_processor.stream.quarantine import Quarantine
from stream_processor.stream.read_model_writer import ReadModelWriter
from stream_processor.stream.stream_record import RawStreamRecord, decode_stream_record

# To answer takes far less; to run into Lambda's timeout would cost the whole batch.
_MARGIN_S: Final = 1

_logger = logging.getLogger(__name__)

StreamEvent: TypeAlias = Mapping[str, Any]


class BatchItemFailure(TypedDict):
    """Sequence number of a record that is not done."""

    itemIdentifier: str


class PartialBatchResponse(TypedDict):
    """Empty if the whole batch is done; else one entry, the first record that is not.

    Lambda delivers everything from that record on again.
    """

    batchItemFailures: list[BatchItemFailure]


class _Outcome(Enum):
    APPLIED = auto()
    ALREADY_APPLIED = auto()
    QUARANTINED = auto()


_Task: TypeAlias = Future[_Outcome]


class StreamHandler:
    """Projects a batch: decode, project, then write all rows and quarantine all poison at once.

    Rows are independent of each other, and a batch makes one write to each, so the writes may
    run in any order. A record is done once every row it changes is written, or the quarantine has
    it; whatever else happens to it makes it count as failed.

    What AWS throttles or fails to answer is tried again as long as the invocation has time. When
    it is up, whatever is not known to be done counts as failed, so there is always an answer.
    """

    def __init__(
        self,
        writer: ReadModelWriter,
        quarantine: Quarantine,
        executor: Executor,
        *,
        retry_policy: RetryPolicy = RetryPolicy(),  # noqa: B008 - immutable
        emit_metrics: EmitMetrics = emit_nothing,
        keeps_expired: bool = False,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        """Make a handler.

        Args:
            executor: runs the writes of a batch at once.
            retry_policy: for each write; the clients have none of their own.
            emit_metrics: takes what each batch came to.
            keeps_expired: see `project`.
        """
        self._writer = writer
        self._quarantine = quarantine
        self._executor = executor
        self._retry_policy = retry_policy
        self._emit_metrics = emit_metrics
        self._keeps_expired = keeps_expired
        self._now_s = now_s

    def __call__(self, event: StreamEvent, context: InvocationContext) -> PartialBatchResponse:
        """Handle one invocation.

        Args:
            event: `{"Records": […]}` in the order of the stream.
            context: Lambda's, for the time that is left.
        """
        records: list[RawStreamRecord] = event["Records"]
        deadline = Deadline.of_invocation(context, _MARGIN_S)
        tasks, failed = self._start(records, deadline)
        outcomes = Counter[_Outcome]()
        for position, task in tasks:
            try:
                outcomes[_await(task, deadline)] += 1
            except Exception as error:  # noqa: BLE001 - whatever it is, the record is reported
                _log_failure(records[position], error)
                failed.add(position)
        self._emit_metrics(self._count(records, outcomes, failed).to_metrics())
        return _respond(records, failed)

    def _start(
        self, records: list[RawStreamRecord], deadline: Deadline
    ) -> tuple[list[tuple[int, _Task]], set[int]]:
        """Start all that the batch calls for; return tasks and failures by position."""
        failed: set[int] = set()
        projected: list[tuple[int, Row | Tombstone]] = []
        tasks: list[tuple[int, _Task]] = []
        for position, record in enumerate(records):
            try:
                writes = project(decode_stream_record(record), keeps_expired=self._keeps_expired)
            except InvalidRecordError as poison:
                _log_poison(record, poison)
                task = self._executor.submit(self._put_aside, record, poison, deadline)
                tasks.append((position, task))
            except Exception as error:  # noqa: BLE001 - whatever it is, the record is reported
                _log_failure(record, error)
                failed.add(position)
            else:
                projected.extend((position, write) for write in writes)
        for write in plan_writes(projected):
            task = self._executor.submit(self._write, write.row, deadline)
            tasks.append((write.position, task))
        return tasks, failed

    def _write(self, row: Row | Tombstone, deadline: Deadline) -> _Outcome:
        is_applied = self._retry_policy.call(lambda: self._writer.write(row), deadline)
        return _Outcome.APPLIED if is_applied else _Outcome.ALREADY_APPLIED

    def _put_aside(
        self, record: RawStreamRecord, poison: InvalidRecordError, deadline: Deadline
    ) -> _Outcome:
        self._retry_policy.call(lambda: self._quarantine.put(record, poison), deadline)
        return _Outcome.QUARANTINED

    def _count(
        self, records: list[RawStreamRecord], outcomes: Counter[_Outcome], failed: set[int]
    ) -> BatchCounts:
        return BatchCounts(
            records=len(records),
            rows_applied=outcomes[_Outcome.APPLIED],
            rows_already_applied=outcomes[_Outcome.ALREADY_APPLIED],
            quarantined=outcomes[_Outcome.QUARANTINED],
            failed=len(failed),
            oldest_age_ms=_find_oldest_age_ms(records, self._now_s()),
        )


def _await(task: _Task, deadline: Deadline) -> _Outcome:
    """Wait for a task, but not for longer than there is time."""
    try:
        failure = task.exception(timeout=deadline.remaining_s)
    except TimeoutError:
        # A task under way may still come to write its row: harmless, since it is the right one.
        task.cancel()
        raise OutOfTimeError from None
    if failure is not None:
        raise failure
    return task.result()


def _respond(records: list[RawStreamRecord], failed: set[int]) -> PartialBatchResponse:
    if not failed:
        return {"batchItemFailures": []}
    first = records[min(failed)]
    return {"batchItemFailures": [{"itemIdentifier": first["dynamodb"]["SequenceNumber"]}]}


def _find_oldest_age_ms(records: list[RawStreamRecord], now_s: float) -> int | None:
    changes = [record.get("dynamodb", {}) for record in records]
    times_s = [
        change["ApproximateCreationDateTime"]
        for change in changes
        if "ApproximateCreationDateTime" in change
    ]
    return max(0, int((now_s - min(times_s)) * 1000)) if times_s else None


def _log_poison(record: RawStreamRecord, poison: InvalidRecordError) -> None:
    fields = {"attribute": poison.attribute, "reason": poison.reason, **_name(record)}
    _logger.warning("poison record: %s", poison, extra=fields)


def _log_failure(record: RawStreamRecord, error: BaseException) -> None:
    """Log what failed by type alone: an error's text may hold parts of the record."""
    kind, code = type(error).__name__, getattr(error, "code", "")
    fields = {"error_type": kind, "error_code": code, **_name(record)}
    _logger.error("record not done: %s %s", kind, code, extra=fields)


def _name(record: RawStreamRecord) -> dict[str, Any]:
    """Tell which record it is, by what tells nothing about a person."""
    return {"sequence_number": record.get("dynamodb", {}).get("SequenceNumber")}
