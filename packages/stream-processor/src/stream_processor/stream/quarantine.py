"""Keeps poison records, whole, until someone mends their source."""

import json
from typing import TYPE_CHECKING, Protocol

from stream_processor.aws.errors import wrapping_errors
from stream_processor.exceptions import QuarantineError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

    from notification_models import InvalidRecordError
    from stream_processor.stream.stream_record import RawStreamRecord


class Quarantine(Protocol):
    """Port: where poison records go."""

    def put(self, record: "RawStreamRecord", poison: "InvalidRecordError") -> None:
        """Keep a record and the reason why it cannot be projected.

        Safe to call from several threads at once.

        Raises:
            QuarantineError: it was not taken; putting it again is safe.
        """


class SQSQuarantine:
    """The port over an SQS queue.

    A message is `{"attribute": …, "reason": …, "record": <the stream record as Lambda gave it>}`.
    """

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def put(self, record: "RawStreamRecord", poison: "InvalidRecordError") -> None:
        """See `Quarantine.put`."""
        # Escaped to ASCII: SQS refuses some characters that a DynamoDB string may hold.
        body = json.dumps(
            {"attribute": poison.attribute, "reason": poison.reason, "record": record}
        )
        with wrapping_errors(QuarantineError):
            self._client.send_message(QueueUrl=self._queue_url, MessageBody=body)
