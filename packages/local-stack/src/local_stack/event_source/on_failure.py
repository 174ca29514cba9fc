"""The on-failure destination: one S3 object for each discarded batch, as Lambda writes it.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
"""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from local_stack.event_source.invocation import (
    EventRecord,
    encode_event,
    get_arrival_s,
    get_sequence_number,
)
from local_stack.exceptions import DestinationError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from local_stack.event_source.delivery import DiscardedBatch

# Any UUID: there is only one event source mapping.
MAPPING_ID: Final = "5a3f0c1e-6c0b-4a55-9d5e-0d5c1d7a2b10"


@dataclass(frozen=True, slots=True)
class OnFailureDestination:
    """Writes the discarded batches of one shard to the on-failure bucket."""

    s3: "S3Client"
    bucket: str
    function_arn: str
    shard_id: str

    def send(self, batch: "DiscardedBatch") -> None:
        """Write the invocation record of a batch.

        Raises:
            DestinationError: S3 refused it or could not be reached.
        """
        now = datetime.now(UTC)
        body = encode_invocation_record(
            batch, function_arn=self.function_arn, shard_id=self.shard_id, now=now
        )
        try:
            self.s3.put_object(
                Bucket=self.bucket,
                Key=encode_object_key(self.shard_id, now),
                Body=json.dumps(body).encode(),
                ContentType="application/json",
            )
        except (BotoCoreError, ClientError) as error:
            raise DestinationError(
                f"a discarded batch could not be written to S3: {type(error).__name__}"
            ) from error


def encode_object_key(shard_id: str, now: datetime) -> str:
    """Build a unique object key from mapping, shard, day and second."""
    return f"aws/lambda/{MAPPING_ID}/{shard_id}/{now:%Y/%m/%d/%Y-%m-%dT%H.%M.%S}-{uuid.uuid4()}"


def encode_invocation_record(
    batch: "DiscardedBatch", *, function_arn: str, shard_id: str, now: datetime
) -> dict[str, Any]:
    """Build the invocation record of an S3 destination; `payload` is the event as JSON text."""
    return {
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": function_arn,
            "condition": batch.condition,
            "approximateInvokeCount": batch.invocations,
        },
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": "Unhandled",
        },
        "version": "1.0",
        "timestamp": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "DDBStreamBatchInfo": _encode_batch_info(batch.records, shard_id),
        "payload": json.dumps(encode_event(batch.records)),
    }


def _encode_batch_info(records: tuple[EventRecord, ...], shard_id: str) -> dict[str, Any]:
    first, last = records[0], records[-1]
    return {
        "shardId": shard_id,
        "startSequenceNumber": get_sequence_number(first),
        "endSequenceNumber": get_sequence_number(last),
        "approximateArrivalOfFirstRecord": _encode_arrival(first),
        "approximateArrivalOfLastRecord": _encode_arrival(last),
        "batchSize": len(records),
        "streamArn": first["eventSourceARN"],
    }


def _encode_arrival(record: EventRecord) -> str:
    return f"{datetime.fromtimestamp(get_arrival_s(record), UTC):%Y-%m-%dT%H:%M:%SZ}"
