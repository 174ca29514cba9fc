from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from local_stack.event_source.stream_reader import ShardReader, StreamReader
from local_stack.exceptions import StreamReadError

EXPIRED = "ExpiredIteratorException"
TRIMMED = "TrimmedDataAccessException"


class ExpiredError(ClientError):
    pass


class TrimmedError(ClientError):
    pass


class FakeStreams:
    """The Streams API over lists of sequence numbers.

    Attributes:
        shards: records and parent, by shard id.
        closed: shards that have an end.
        trimmed: sequence numbers that the stream no longer has.
        errors: raised by the next calls of GetRecords.
    """

    exceptions = SimpleNamespace(
        ExpiredIteratorException=ExpiredError, TrimmedDataAccessException=TrimmedError
    )
    meta = SimpleNamespace(endpoint_url="http://dynamodb:8000")

    def __init__(self, shards):
        self.shards = shards
        self.closed = set()
        self.trimmed = set()
        self.errors = []
        self.iterators = []

    def describe_stream(self, *, ExclusiveStartShardId="", **_):  # noqa: N803 - the API's name
        shard_id = min(each for each in self.shards if each > ExclusiveStartShardId)
        shard = {"ShardId": shard_id}
        if parent := self.shards[shard_id][1]:
            shard["ParentShardId"] = parent
        more = {"LastEvaluatedShardId": shard_id} if shard_id < max(self.shards) else {}
        return {"StreamDescription": {"Shards": [shard], **more}}

    def get_shard_iterator(
        self,
        *,
        ShardId,  # noqa: N803 - the API's name
        ShardIteratorType,  # noqa: N803 - the API's name
        SequenceNumber=None,  # noqa: N803 - the API's name
        **_,
    ):
        self.iterators.append((ShardIteratorType, SequenceNumber))
        if SequenceNumber in self.trimmed:
            raise TrimmedError({"Error": {"Code": TRIMMED}}, "GetShardIterator")
        numbers = self.shards[ShardId][0]
        position = numbers.index(SequenceNumber) + 1 if SequenceNumber else 0
        return {"ShardIterator": f"{ShardId}:{position}"}

    def get_records(self, *, ShardIterator, Limit):  # noqa: N803 - the API's names
        if self.errors:
            raise self.errors.pop(0)
        shard_id, position = ShardIterator.split(":")
        numbers = self.shards[shard_id][0]
        end = min(int(position) + Limit, len(numbers))
        at_end = shard_id in self.closed and end == len(numbers)
        live = [each for each in numbers[int(position) : end] if each not in self.trimmed]
        return {
            "Records": [{"dynamodb": {"SequenceNumber": each}} for each in live],
            **({} if at_end else {"NextShardIterator": f"{shard_id}:{end}"}),
        }


def _expired():
    return ExpiredError({"Error": {"Code": EXPIRED}}, "GetRecords")


def _read_numbers(shard):
    return [record["dynamodb"]["SequenceNumber"] for record in shard.read()]


def _read_ids(reader):
    return [shard.shard_id for shard in reader.find_readable_shards()]


def test_a_shard_is_read_from_its_oldest_record_on():
    streams = FakeStreams({"s": (["1", "2"], None)})
    shard = ShardReader(streams, "arn", "s")

    first = _read_numbers(shard)
    streams.shards["s"][0].append("3")
    second = _read_numbers(shard)

    assert (first, second) == (["1", "2"], ["3"])
    assert streams.iterators == [("TRIM_HORIZON", None)]


def test_an_expired_iterator_is_replaced_by_one_after_the_checkpoint():
    streams = FakeStreams({"s": (["1", "2"], None)})
    shard = ShardReader(streams, "arn", "s")
    shard.read()
    shard.checkpoint("1")
    streams.errors = [_expired()]

    again = _read_numbers(shard)

    assert again == ["2"]
    assert streams.iterators[-1] == ("AFTER_SEQUENCE_NUMBER", "1")


def test_without_a_checkpoint_an_expired_iterator_is_replaced_by_one_at_the_oldest_record():
    streams = FakeStreams({"s": (["1", "2"], None)})
    shard = ShardReader(streams, "arn", "s")
    streams.errors = [_expired()]

    assert _read_numbers(shard) == ["1", "2"]


def test_after_a_trimmed_checkpoint_reading_continues_at_the_oldest_record():
    streams = FakeStreams({"s": (["1", "2", "3"], None)})
    shard = ShardReader(streams, "arn", "s")
    shard.read()
    shard.checkpoint("1")
    streams.trimmed = {"1", "2"}
    streams.errors = [TrimmedError({"Error": {"Code": TRIMMED}}, "GetRecords")]

    assert _read_numbers(shard) == ["3"]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:1"), "EndpointConnectionError"),
        (ClientError({"Error": {"Code": "InternalServerError"}}, "Get"), "InternalServerError"),
    ],
)
def test_after_a_failed_read_the_shard_can_be_read_again(error, reason):
    streams = FakeStreams({"s": (["1"], None)})
    shard = ShardReader(streams, "arn", "s")
    streams.errors = [error]

    with pytest.raises(StreamReadError, match=f"at http://dynamodb:8000 could .* {reason}"):
        shard.read()

    assert _read_numbers(shard) == ["1"]


def test_a_child_is_read_only_when_its_parent_is_finished():
    streams = FakeStreams({"a": (["1"], None), "b": (["2"], "a")})
    streams.closed = {"a"}
    reader = StreamReader(streams, "arn")

    before = reader.find_readable_shards()
    before[0].read()

    assert [shard.shard_id for shard in before] == ["a"]
    assert _read_ids(reader) == ["b"]


def test_a_child_whose_parent_has_expired_is_read():
    streams = FakeStreams({"b": (["2"], "a")})

    assert _read_ids(StreamReader(streams, "arn")) == ["b"]


def test_a_child_that_appears_when_its_parent_closes_is_found():
    streams = FakeStreams({"a": (["1"], None)})
    reader = StreamReader(streams, "arn")
    (parent,) = reader.find_readable_shards()
    streams.shards["b"] = (["2"], "a")
    streams.closed = {"a"}

    parent.read()

    assert _read_ids(reader) == ["b"]


def test_shards_on_every_page_are_found():
    streams = FakeStreams({name: ([], None) for name in "abc"})

    assert _read_ids(StreamReader(streams, "arn")) == ["a", "b", "c"]
