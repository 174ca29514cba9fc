"""A batch of stream records to a partial batch response.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
"""

import logging
from collections.abc import Mapping
from concurrent.futures import Executor, Future
from typing import Any, TypeAlias, TypedDict

from notification_models import InvalidRecordError
from stream_processor.projection import RowWrite, plan_writes, project
from stream_processor.quarantine import Quarantine
from stream_processor.read_model_writer import ReadModelWriter
from stream_processor.stream_record import RawStreamRecord, decode_stream_record

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


class StreamHandler:
    """Projects a batch: decode, project, then write all rows and quarantine all poison at once.

    Rows are independent of each other, and a batch makes one write to each, so the writes may
    run in any order. A record is done once every row it changes is written, or the quarantine has
    it; whatever else happens to it makes it count as failed.
    """

    def __init__(self, writer: ReadModelWriter, quarantine: Quarantine, executor: Executor) -> None:
        self._writer = writer
        self._quarantine = quarantine
        self._executor = executor

    def __call__(self, event: StreamEvent, _context: object) -> PartialBatchResponse:
        """Handle one invocation.

        Args:
            event: `{"Records": […]}` in the order of the stream.
        """
        records: list[RawStreamRecord] = event["Records"]
        failed = self._project_batch(records)
        if not failed:
            return {"batchItemFailures": []}
        first = records[min(failed)]
        return {"batchItemFailures": [{"itemIdentifier": first["dynamodb"]["SequenceNumber"]}]}

    def _project_batch(self, records: list[RawStreamRecord]) -> set[int]:
        """Do the batch; return the positions from which records are not done."""
        failed: set[int] = set()
        projected: list[tuple[int, RowWrite]] = []
        pending: list[tuple[int, Future[Any]]] = []
        for position, record in enumerate(records):
            try:
                writes = project(decode_stream_record(record))
            except InvalidRecordError as poison:
                _logger.warning("poison record: %s", poison)
                kept = self._executor.submit(self._quarantine.put, record, poison)
                pending.append((position, kept))
            except Exception as error:  # noqa: BLE001 - whatever it is, the record is reported
                _log_failure(error)
                failed.add(position)
            else:
                projected.extend((position, write) for write in writes)
        for write in plan_writes(projected):
            written = self._executor.submit(self._writer.write, write.row)
            pending.append((write.position, written))
        for position, task in pending:
            failure = task.exception()
            if failure is not None:
                _log_failure(failure)
                failed.add(position)
        return failed


def _log_failure(error: BaseException) -> None:
    """Log what failed by type alone: an error's text may hold parts of the record."""
    reason = getattr(error, "code", "")
    _logger.error("record not done: %s %s", type(error).__name__, reason)
