"""Delivers a batch of stream records: splits, retries and discards as Lambda does; no I/O.

Follows Lambda's event source mappings with BisectBatchOnFunctionError and
ReportBatchItemFailures.
Source: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
"""

import itertools
import logging
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from local_stack.event_source.invocation import EventRecord, get_arrival_s, get_sequence_number
from local_stack.exceptions import DestinationError

Condition: TypeAlias = Literal["RetryAttemptsExhausted", "RecordAgeExceeded"]

Invoke: TypeAlias = Callable[[Sequence[EventRecord]], int | None]
"""Invoke the function; returns the index of the first record to retry, None if all succeeded."""

Wait: TypeAlias = Callable[[float], None]
"""Sleep for seconds; raises `StoppingError` if the event source is stopping."""

Checkpoint: TypeAlias = Callable[[str], None]
"""Record that everything up to this sequence number is done."""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPolicy:
    """How often and how long Lambda retries a failing record.

    Attributes:
        maximum_retry_attempts: retries of a single record.
        maximum_record_age_s: age from which a record is discarded without delivery.
        first_delay_s: delay before the first retry; doubles with each further one.
        longest_delay_s: upper bound of a delay.
    """

    maximum_retry_attempts: int = 10
    maximum_record_age_s: float = 24 * 3600
    first_delay_s: float = 0.1
    longest_delay_s: float = 20

    def compute_delay_s(self, failures: int) -> float:
        """Return the delay after consecutive failures; jitter shortens it by up to half."""
        # The exponent is bounded because 2.0**1024 raises OverflowError.
        delay_s = min(self.longest_delay_s, self.first_delay_s * 2.0 ** min(failures - 1, 60))
        return delay_s * random.uniform(0.5, 1)  # noqa: S311 - jitter, not a secret


@dataclass(frozen=True, slots=True)
class DiscardedBatch:
    """Records that are not retried any more.

    Attributes:
        invocations: number of invocations with exactly these records.
    """

    records: tuple[EventRecord, ...]
    condition: Condition
    invocations: int


Discard: TypeAlias = Callable[[DiscardedBatch], None]
"""Send a batch to the on-failure destination; raises `DestinationError` if that fails."""


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Consecutive undelivered records; `failures` counts failed invocations with exactly these."""

    records: tuple[EventRecord, ...]
    failures: int = 0
    delay_s: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Delivers the batches of one shard."""

    invoke: Invoke
    discard: Discard
    wait: Wait
    policy: DeliveryPolicy = DeliveryPolicy()
    now_s: Callable[[], float] = time.time

    def deliver(self, records: Sequence[EventRecord], checkpoint: Checkpoint) -> None:
        """Deliver a batch; returns when every record is applied or discarded.

        Args:
            records: in shard order.
            checkpoint: called with increasing sequence numbers, never past an undone record.

        Raises:
            StoppingError: raised by `wait`; records after the checkpoint are not done.
        """
        pending = [_Chunk(tuple(records))]
        while pending:
            chunk = pending.pop()
            self.wait(chunk.delay_s)
            # The left part first, to keep the order.
            pending.extend(reversed(self._advance(chunk, checkpoint)))

    def _advance(self, chunk: _Chunk, checkpoint: Checkpoint) -> tuple[_Chunk, ...]:
        """Deliver a chunk once; returns what remains to deliver, in order."""
        expired = self._find_expired(chunk.records)
        if expired:
            self._discard(DiscardedBatch(expired, "RecordAgeExceeded", chunk.failures))
            return _complete(chunk.records, len(expired), checkpoint)
        failed_at = self.invoke(chunk.records)
        if failed_at is None:
            return _complete(chunk.records, len(chunk.records), checkpoint)
        if failed_at > 0:
            return _complete(chunk.records, failed_at, checkpoint)
        if len(chunk.records) > 1:
            middle = len(chunk.records) // 2
            return _Chunk(chunk.records[:middle]), _Chunk(chunk.records[middle:])
        return self._retry(chunk.records, chunk.failures + 1, checkpoint)

    def _retry(
        self, records: tuple[EventRecord, ...], failures: int, checkpoint: Checkpoint
    ) -> tuple[_Chunk, ...]:
        if failures <= self.policy.maximum_retry_attempts:
            return (_Chunk(records, failures, self.policy.compute_delay_s(failures)),)
        self._discard(DiscardedBatch(records, "RetryAttemptsExhausted", failures))
        return _complete(records, len(records), checkpoint)

    def _find_expired(self, records: Sequence[EventRecord]) -> tuple[EventRecord, ...]:
        oldest_s = self.now_s() - self.policy.maximum_record_age_s
        return tuple(itertools.takewhile(lambda each: get_arrival_s(each) < oldest_s, records))

    def _discard(self, batch: DiscardedBatch) -> None:
        for failures in itertools.count(1):
            try:
                self.discard(batch)
            except DestinationError as error:
                # Until the destination accepts the batch, the shard waits, so no record is lost.
                delay_s = self.policy.compute_delay_s(failures)
                _logger.warning("%s; retrying in %.1f s", error, delay_s)
                self.wait(delay_s)
            else:
                return


def _complete(
    records: tuple[EventRecord, ...], count: int, checkpoint: Checkpoint
) -> tuple[_Chunk, ...]:
    """Move the checkpoint past the first `count` records; returns the rest."""
    checkpoint(get_sequence_number(records[count - 1]))
    rest = records[count:]
    return (_Chunk(rest),) if rest else ()
