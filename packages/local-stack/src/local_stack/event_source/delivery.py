"""Delivers a batch: invokes, splits, retries and at last discards it. No I/O of its own.

The rules are those of Lambda's event source mappings with BisectBatchOnFunctionError and
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
"""Invokes the function; returns the index of the first record to retry, None if all are done."""

Wait: TypeAlias = Callable[[float], None]
"""Waits for some seconds; raises `StoppingError` if the delivery must end."""

Checkpoint: TypeAlias = Callable[[str], None]
"""Records that everything up to a sequence number is done."""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPolicy:
    """How often and how long to retry a failing record.

    Attributes:
        maximum_retry_attempts: retries of a single record.
        maximum_record_age_s: age in the stream at which a record is discarded without delivery.
        first_delay_s: delay before the first retry; doubled for each further one.
        longest_delay_s: maximum delay.
    """

    maximum_retry_attempts: int = 10
    maximum_record_age_s: float = 24 * 3600
    first_delay_s: float = 0.1
    longest_delay_s: float = 20

    def compute_delay_s(self, failures: int) -> float:
        """Compute the delay after a number of failures in a row, with up to 50 percent jitter."""
        # Bounds the exponent too: 2.0**1024 is an OverflowError.
        delay_s = min(self.longest_delay_s, self.first_delay_s * 2.0 ** min(failures - 1, 60))
        return delay_s * random.uniform(0.5, 1)  # noqa: S311 - jitter, not a secret


@dataclass(frozen=True, slots=True)
class DiscardedBatch:
    """Records that were discarded.

    Attributes:
        invocations: number of invocations with exactly these records.
    """

    records: tuple[EventRecord, ...]
    condition: Condition
    invocations: int


Discard: TypeAlias = Callable[[DiscardedBatch], None]
"""Sends a batch to the on-failure destination; raises `DestinationError` if that fails."""


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Consecutive records to deliver; `failures` counts the invocations with exactly these."""

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
        """Deliver a batch, and return when each of its records is applied or discarded.

        Args:
            records: in the order of their shard.
            checkpoint: called as records are done, never past one that is not.

        Raises:
            StoppingError: from `wait`; records after the checkpoint are not done.
        """
        pending = [_Chunk(tuple(records))]
        while pending:
            chunk = pending.pop()
            self.wait(chunk.delay_s)
            # The left part first, to keep the order.
            pending.extend(reversed(self._advance(chunk, checkpoint)))

    def _advance(self, chunk: _Chunk, checkpoint: Checkpoint) -> tuple[_Chunk, ...]:
        """Deliver a chunk once; returns its pending rest, in order."""
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
                # The shard waits for its destination, so that no record is lost.
                _logger.warning("discarded records will be sent again: %s", error)
                self.wait(self.policy.compute_delay_s(failures))
            else:
                return


def _complete(
    records: tuple[EventRecord, ...], count: int, checkpoint: Checkpoint
) -> tuple[_Chunk, ...]:
    """Move the checkpoint past the first records; returns the rest."""
    checkpoint(get_sequence_number(records[count - 1]))
    rest = records[count:]
    return (_Chunk(rest),) if rest else ()
