"""The response to a batch: from which record on Lambda must deliver again.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
"""

from collections.abc import Collection, Sequence
from typing import Final, TypedDict

from notification_models import InvalidRecordError
from stream_processor.stream.stream_record import RawStreamRecord, decode_sequence_number

_WHOLE_BATCH: Final = ""


class BatchItemFailure(TypedDict):
    """Sequence number of a record that is not done; empty for the whole batch."""

    itemIdentifier: str


class PartialBatchResponse(TypedDict):
    """Empty if the whole batch is done; otherwise only the first record that is not done.

    Lambda redelivers that record and all records after it.
    """

    batchItemFailures: list[BatchItemFailure]


def respond(records: Sequence[RawStreamRecord], failed: Collection[int]) -> PartialBatchResponse:
    """Create the response to a batch.

    Args:
        failed: positions of the records that are not done. One without a sequence number is
            delivered again after the nearest record before it that has one.
    """
    if not failed:
        return {"batchItemFailures": []}
    numbers = map(find_sequence_number, reversed(records[: min(failed) + 1]))
    return {"batchItemFailures": [{"itemIdentifier": next(filter(None, numbers), _WHOLE_BATCH)}]}


def find_sequence_number(record: RawStreamRecord) -> str | None:
    """Return the number of a record, which may have any form; None if it has none."""
    try:
        return decode_sequence_number(record)
    except InvalidRecordError:
        return None
