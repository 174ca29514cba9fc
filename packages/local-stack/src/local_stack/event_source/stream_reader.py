"""Reads a DynamoDB stream, shard by shard, with the Streams API.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from local_stack.emulator.aws_access import get_reason
from local_stack.event_source.invocation import EventRecord, encode_event_record
from local_stack.exceptions import StreamReadError

if TYPE_CHECKING:
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient

BATCH_SIZE: Final = 100


class ShardReader:
    """Reads one shard from its oldest record, later from its checkpoint.

    Attributes:
        shard_id: the shard.
        parent_id: its parent shard.
        finished: whether the shard is closed and read to its end.
    """

    def __init__(
        self,
        client: "DynamoDBStreamsClient",
        stream_arn: str,
        shard_id: str,
        parent_id: str | None = None,
    ) -> None:
        self.shard_id = shard_id
        self.parent_id = parent_id
        self.finished = False
        self._client = client
        self._stream_arn = stream_arn
        self._iterator: str | None = None
        self._checkpoint: str | None = None

    def read(self) -> Sequence[EventRecord]:
        """Read the next batch, empty if there is nothing new.

        Set the checkpoint to the last record of a batch before reading the next one.

        Raises:
            StreamReadError: the stream could not be read.
        """
        try:
            return self._read_page()
        except (
            self._client.exceptions.ExpiredIteratorException,
            self._client.exceptions.TrimmedDataAccessException,
        ):
            # An iterator expires after 15 minutes, a record after a day: resume at the checkpoint.
            self._iterator = None
        except (BotoCoreError, ClientError) as error:
            raise _wrap(error, self._client) from error
        try:
            return self._read_page()
        except (BotoCoreError, ClientError) as error:
            raise _wrap(error, self._client) from error

    def checkpoint(self, sequence_number: str) -> None:
        """Record that everything up to a sequence number is done."""
        self._checkpoint = sequence_number

    def _read_page(self) -> Sequence[EventRecord]:
        iterator = self._iterator or self._find_iterator()
        page = self._client.get_records(ShardIterator=iterator, Limit=BATCH_SIZE)
        self._iterator = page.get("NextShardIterator")
        self.finished = self._iterator is None
        return [encode_event_record(record, self._stream_arn) for record in page["Records"]]

    def _find_iterator(self) -> str:
        position: dict[str, Any] = {"StreamArn": self._stream_arn, "ShardId": self.shard_id}
        if self._checkpoint:
            try:
                return self._client.get_shard_iterator(
                    **position,
                    ShardIteratorType="AFTER_SEQUENCE_NUMBER",
                    SequenceNumber=self._checkpoint,
                )["ShardIterator"]
            except self._client.exceptions.TrimmedDataAccessException:
                # The checkpoint itself has expired: every remaining record is newer.
                self._checkpoint = None
        return self._client.get_shard_iterator(**position, ShardIteratorType="TRIM_HORIZON")[
            "ShardIterator"
        ]


class StreamReader:
    """Finds the shards of a stream that may be read now."""

    def __init__(self, client: "DynamoDBStreamsClient", stream_arn: str) -> None:
        self._client = client
        self._stream_arn = stream_arn
        self._shards: dict[str, ShardReader] = {}
        self._finished_when_listed: frozenset[str] = frozenset()

    def find_readable_shards(self) -> Sequence[ShardReader]:
        """Find the unfinished shards whose parent, if it still exists, is finished.

        Raises:
            StreamReadError: the stream could not be read.
        """
        finished = self._find_finished()
        if not self._shards or finished != self._finished_when_listed:
            # The children of a shard appear when it closes.
            self._list_shards()
            self._finished_when_listed = finished
        return [
            shard
            for shard in self._shards.values()
            if not shard.finished
            and (shard.parent_id not in self._shards or shard.parent_id in finished)
        ]

    def _find_finished(self) -> frozenset[str]:
        return frozenset(each.shard_id for each in self._shards.values() if each.finished)

    def _list_shards(self) -> None:
        request: dict[str, Any] = {"StreamArn": self._stream_arn}
        while True:
            try:
                description = self._client.describe_stream(**request)["StreamDescription"]
            except (BotoCoreError, ClientError) as error:
                raise _wrap(error, self._client) from error
            for shard in description["Shards"]:
                shard_id = shard["ShardId"]
                if shard_id not in self._shards:
                    self._shards[shard_id] = ShardReader(
                        self._client, self._stream_arn, shard_id, shard.get("ParentShardId")
                    )
            if "LastEvaluatedShardId" not in description:
                return
            request["ExclusiveStartShardId"] = description["LastEvaluatedShardId"]


def _wrap(error: BotoCoreError | ClientError, client: "DynamoDBStreamsClient") -> StreamReadError:
    url = client.meta.endpoint_url
    return StreamReadError(f"the stream at {url} could not be read: {get_reason(error)}")
