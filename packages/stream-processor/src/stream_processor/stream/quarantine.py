"""The quarantine: keeps poison records, whole, until their source is repaired."""

import json
from typing import TYPE_CHECKING, Protocol

from aws_client import AwsClient, AwsError
from aws_client.operations import SEND_MESSAGE, decode_object
from stream_processor.exceptions import QuarantineError

if TYPE_CHECKING:
    from notification_models import InvalidRecordError
    from stream_processor.stream.stream_record import RawStreamRecord


def encode_message(record: "RawStreamRecord", poison: "InvalidRecordError") -> str:
    """Encode a message body: `{"attribute": …, "reason": …, "record": <the stream record>}`."""
    # Escaped to ASCII: SQS refuses some characters that a DynamoDB string may hold.
    return json.dumps({"attribute": poison.attribute, "reason": poison.reason, "record": record})


def decode_message(body: str) -> "RawStreamRecord":
    """Return the stream record of a message body.

    Raises:
        ValueError, LookupError, TypeError: the body is not a quarantined record.
    """
    record: RawStreamRecord = json.loads(body)["record"]
    return record


class Quarantine(Protocol):
    """Port: keeps poison records."""

    async def put(self, record: "RawStreamRecord", poison: "InvalidRecordError") -> None:
        """Keep a record and the reason why it cannot be projected.

        Raises:
            QuarantineError: the record was not kept; repeating the call is safe.
        """


class SQSQuarantine:
    """The port over an SQS queue."""

    def __init__(self, client: AwsClient, queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    async def put(self, record: "RawStreamRecord", poison: "InvalidRecordError") -> None:
        """See `Quarantine.put`."""
        message = {"QueueUrl": self._queue_url, "MessageBody": encode_message(record, poison)}
        try:
            await self._client.call(SEND_MESSAGE, json.dumps(message).encode(), decode_object)
        except AwsError as error:
            raise QuarantineError(error.code, is_retry_safe=error.is_retry_safe) from error
