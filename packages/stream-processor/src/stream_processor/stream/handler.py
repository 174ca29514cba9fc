"""Handles a batch of stream records, and returns a partial batch response."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from enum import Enum, auto
from typing import Any, Final, TypeAlias

from notification_models import InvalidRecordError, Row
from stream_processor.exceptions import InvalidRowError, OutOfTimeError
from stream_processor.invocation import InvocationContext, get_remaining_s
from stream_processor.observability.metrics import (
    BatchCounts,
    EmitByAp,
    EmitMetrics,
    ReachedStatus,
    emit_nothing,
)
from stream_processor.stream.batch_response import (
    PartialBatchResponse,
    find_sequence_number,
    respond,
)
from stream_processor.stream.projection import (
    PlannedWrite,
    Projection,
    plan_writes,
    project,
)
from stream_processor.stream.quarantine import Quarantine
from stream_processor.stream.read_model_writer import ReadModelWriter
from stream_processor.stream.stream_record import (
    RawStreamRecord,
    decode_stream_record,
    decode_time_ms,
)

# A response takes far less time; Lambda's timeout would fail the whole batch.
_MARGIN_S: Final = 1

_logger = logging.getLogger(__name__)

StreamEvent: TypeAlias = Mapping[str, Any]


class _Outcome(Enum):
    APPLIED = auto()
    ALREADY_APPLIED = auto()
    QUARANTINED = auto()


_Task: TypeAlias = asyncio.Task[_Outcome]


class StreamHandler:
    """Projects a batch: decodes and projects its records, then runs all writes at once.

    Rows are independent of each other, and a batch writes each row once, so the writes may run in
    any order. A record is done when every row it changes is written, and it is in the quarantine if
    it must be: a poison record, one of any other form than a stream record, or the newest change of
    a row that DynamoDB calls invalid. In every other case it has failed.

    The writer and the quarantine retry. One second before Lambda's timeout, the calls that are left
    are cancelled, and every record not known to be done has failed, so there is always a response.
    """

    def __init__(
        self,
        writer: ReadModelWriter,
        quarantine: Quarantine,
        runner: asyncio.Runner,
        *,
        emit_metrics: EmitMetrics = emit_nothing,
        emit_by_ap: EmitByAp = emit_nothing,
        keeps_expired: bool = False,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        """Create a handler.

        Args:
            runner: of the event loop that the connections belong to, from one invocation to the
                next.
            emit_metrics: receives the metrics of each batch.
            emit_by_ap: receives the statuses that the notifications of each batch reached.
            keeps_expired: see `project`.
        """
        self._writer = writer
        self._quarantine = quarantine
        self._runner = runner
        self._emit_metrics = emit_metrics
        self._emit_by_ap = emit_by_ap
        self._keeps_expired = keeps_expired
        self._now_s = now_s

    def __call__(self, event: StreamEvent, context: InvocationContext) -> PartialBatchResponse:
        """Handle one invocation. Not thread-safe.

        Args:
            event: `{"Records": […]}` in the order of the stream.
            context: has the time left.
        """
        return self._runner.run(self._handle(event["Records"], context))

    async def _handle(
        self, records: list[RawStreamRecord], context: InvocationContext
    ) -> PartialBatchResponse:
        reached = Counter[ReachedStatus]()
        tasks = self._start(records, reached)
        await _wait([task for _, task in tasks], get_remaining_s(context, _MARGIN_S))
        outcomes = Counter[_Outcome]()
        failed = set[int]()
        for position, task in tasks:
            try:
                outcomes[_get_outcome(task)] += 1
            except Exception as error:  # noqa: BLE001 - whatever failed, the record is reported
                _log_failure(records[position], error)
                failed.add(position)
        self._emit(records, outcomes, failed, reached)
        return respond(records, failed)

    def _start(
        self, records: list[RawStreamRecord], reached: Counter[ReachedStatus]
    ) -> list[tuple[int, _Task]]:
        """Start the calls of a batch; return them by position."""
        projections = [self._project(record) for record in records]
        tasks: list[tuple[int, _Task]] = []
        for position, projection in enumerate(projections):
            if projection.poison is not None:
                call = self._quarantine_record(records[position], projection.poison)
                tasks.append((position, asyncio.create_task(call)))
        for write in plan_writes(projections):
            call = self._write(write, records[write.newest_position], reached)
            tasks.append((write.position, asyncio.create_task(call)))
        return tasks

    def _project(self, record: RawStreamRecord) -> Projection:
        """Project a record; one of any other form is poison, since no redelivery changes it."""
        try:
            return project(decode_stream_record(record), keeps_expired=self._keeps_expired)
        except InvalidRecordError as poison:
            return Projection((), poison)
        except Exception as error:  # noqa: BLE001 - whatever failed, the record is quarantined
            return Projection((), InvalidRecordError("record", f"raises {type(error).__name__}"))

    async def _write(
        self, write: PlannedWrite, record: RawStreamRecord, reached: Counter[ReachedStatus]
    ) -> _Outcome:
        """Write a row, or quarantine the record of an invalid one: no redelivery can write it."""
        row = write.row
        try:
            overwritten = await self._writer.write(row)
        except InvalidRowError as error:
            poison = InvalidRecordError("row", f"is invalid for DynamoDB: {error.code}")
            return await self._quarantine_record(record, poison)
        if overwritten is None:
            return _Outcome.ALREADY_APPLIED
        if isinstance(row, Row) and write.find_status_before(overwritten) != row.record.status:
            reached[ReachedStatus(row.record.ap_id, row.record.status)] += 1
        return _Outcome.APPLIED

    async def _quarantine_record(
        self, record: RawStreamRecord, poison: InvalidRecordError
    ) -> _Outcome:
        _log_poison(record, poison)
        await self._quarantine.put(record, poison)
        return _Outcome.QUARANTINED

    def _emit(
        self,
        records: list[RawStreamRecord],
        outcomes: Counter[_Outcome],
        failed: set[int],
        reached: Counter[ReachedStatus],
    ) -> None:
        """Emit the metrics; if that fails, the batch is done all the same."""
        try:
            self._emit_metrics(self._count(records, outcomes, failed).to_metrics())
            self._emit_by_ap(reached)
        except Exception as error:  # noqa: BLE001 - no redelivery of the batch would help
            _log_lost_metrics(error)

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


async def _wait(tasks: Collection[_Task], timeout_s: float) -> None:
    """Wait until all tasks are done; when the time is up, cancel the rest."""
    if not tasks:
        return
    _, left = await asyncio.wait(tasks, timeout=timeout_s)
    for task in left:
        # It closes its connection. Its row may be written all the same, which does no harm.
        task.cancel()
    if left:
        await asyncio.wait(left)


def _get_outcome(task: _Task) -> _Outcome:
    if task.cancelled():
        raise OutOfTimeError
    return task.result()


def _find_oldest_age_ms(records: list[RawStreamRecord], now_s: float) -> int | None:
    times_ms = [time_ms for record in records if (time_ms := _find_time_ms(record)) is not None]
    return max(0, int(now_s * 1000) - min(times_ms)) if times_ms else None


def _find_time_ms(record: RawStreamRecord) -> int | None:
    try:
        return decode_time_ms(record)
    except InvalidRecordError:
        return None


def _log_poison(record: RawStreamRecord, poison: InvalidRecordError) -> None:
    fields = {"attribute": poison.attribute, "reason": poison.reason, **_identify(record)}
    _logger.warning("poison record: %s", poison, extra=fields)


def _log_failure(record: RawStreamRecord, error: BaseException) -> None:
    """Log an error by its type alone: its text may hold parts of the record."""
    kind, code = type(error).__name__, getattr(error, "code", "")
    fields = {"error_type": kind, "error_code": code, **_identify(record)}
    _logger.error("record not done: %s %s", kind, code, extra=fields)


def _log_lost_metrics(error: BaseException) -> None:
    _logger.error("metrics not emitted: %s", type(error).__name__)


def _identify(record: RawStreamRecord) -> dict[str, Any]:
    """Return the log field that identifies a record without personal data."""
    return {"sequence_number": find_sequence_number(record)}
