"""One invocation of a Lambda function with a batch of stream records, in this process.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html (event) and
https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html (response).
"""

import base64
import json
import logging
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeAlias

EventRecord: TypeAlias = dict[str, Any]
"""A stream record in the form of a Lambda event."""

FUNCTION_TIMEOUT_S: Final = 60

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class InvocationContext:
    """The context object of a function, as far as it is used."""

    function_name: str
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    _deadline_s: float = field(default_factory=lambda: time.monotonic() + FUNCTION_TIMEOUT_S)

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function times out, at least 0."""
        return max(0, int((self._deadline_s - time.monotonic()) * 1000))


Handler: TypeAlias = Callable[[dict[str, Any], InvocationContext], object]


def encode_event_record(record: Mapping[str, Any], stream_arn: str) -> EventRecord:
    """Convert a record of boto3's GetRecords to the form of a Lambda event."""
    event_record: EventRecord = json.loads(json.dumps(record, default=_encode_value))
    identity = event_record.get("userIdentity")
    if identity:
        # Lambda spells these two in lower case.
        event_record["userIdentity"] = {
            "principalId": identity["PrincipalId"],
            "type": identity["Type"],
        }
    return {**event_record, "eventSourceARN": stream_arn}


def encode_event(records: Sequence[EventRecord]) -> dict[str, Any]:
    """Build the event of an invocation, with copies of the records."""
    event: dict[str, Any] = json.loads(json.dumps({"Records": records}))
    return event


def get_sequence_number(record: EventRecord) -> str:
    """Return the sequence number: 21 to 40 decimal digits."""
    sequence_number: str = record["dynamodb"]["SequenceNumber"]
    return sequence_number


def get_arrival_s(record: EventRecord) -> float:
    """Return the record's arrival in the stream, in seconds since the epoch."""
    arrival_s: float = record["dynamodb"]["ApproximateCreationDateTime"]
    return arrival_s


def invoke(handler: Handler, function_name: str, records: Sequence[EventRecord]) -> int | None:
    """Invoke a function that reports batch item failures.

    Returns:
        index of the first record to retry, 0 if the whole batch failed; None if every record is
        done.
    """
    context = InvocationContext(function_name)
    try:
        # Lambda encodes a response as JSON; one that cannot be encoded is a failure.
        response = json.loads(json.dumps(handler(encode_event(records), context)))
    except Exception as error:  # noqa: BLE001 - any exception of a function fails its batch
        # Only the type: an error's text may contain data of the records.
        _logger.warning("%s raised %s; its batch failed", function_name, type(error).__name__)
        return 0
    return find_first_failure(response, [get_sequence_number(record) for record in records])


def find_first_failure(response: object, sequence_numbers: Sequence[str]) -> int | None:
    """Read a partial batch response.

    Returns:
        index of the first failed record; 0, a full failure, if the response is invalid or names a
        record that is not in the batch; None for full success.
    """
    if response is None or response == {}:
        return None
    if not isinstance(response, dict) or "batchItemFailures" not in response:
        return 0
    failures = response["batchItemFailures"]
    if failures is None or failures == []:
        return None
    if not isinstance(failures, list):
        return 0
    positions = {number: index for index, number in enumerate(sequence_numbers)}
    return min(positions.get(_find_identifier(failure), 0) for failure in failures)


def _find_identifier(failure: object) -> str:
    identifier = failure.get("itemIdentifier") if isinstance(failure, dict) else None
    return identifier if isinstance(identifier, str) else ""


def _encode_value(value: object) -> object:
    if isinstance(value, datetime):
        return int(value.timestamp())
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} is not a type of a stream record")
