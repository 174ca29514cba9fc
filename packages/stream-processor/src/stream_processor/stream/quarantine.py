"""The quarantine: keeps the identity of changes that cannot be projected, until they are redriven.

An entry has no image, so no title, payload or device token waits in a queue. A redrive reads the
command record itself.
"""

import json
from typing import TYPE_CHECKING, Any, Protocol

from aws_client import AwsClient, AwsError
from aws_client.operations import SEND_MESSAGE, decode_object
from stream_processor.exceptions import QuarantineError
from stream_processor.stream.change_identity import (
    ChangeIdentity,
    create_identity,
    identify_change,
)

if TYPE_CHECKING:
    from notification_models import InvalidRecordError
    from stream_processor.stream.stream_record import RawStreamRecord


def encode_message(record: "RawStreamRecord", poison: "InvalidRecordError") -> str:
    """Encode a message body: the fields of `ChangeIdentity`, `attribute` and `reason`.

    It has less than 50 KB, however large the record is.
    """
    identity = identify_change(record)._asdict()
    # Escaped to ASCII: SQS refuses some characters that a DynamoDB string may hold.
    return json.dumps({"attribute": poison.attribute, "reason": poison.reason, **identity})


def decode_message(body: str) -> ChangeIdentity:
    """Decode a message body.

    Raises:
        ValueError, LookupError, TypeError, RecursionError: it is none of `encode_message`.
    """
    form: dict[str, Any] = json.loads(body)
    return create_identity(**{name: form[name] for name in ChangeIdentity._fields})


class Quarantine(Protocol):
    """Port: keeps changes that cannot be projected."""

    async def put(self, record: "RawStreamRecord", poison: "InvalidRecordError") -> None:
        """Keep the identity of a change and the reason why it cannot be projected.

        Args:
            record: a stream record of any form.

        Raises:
            QuarantineError: it was not kept; repeating the call is safe.
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
