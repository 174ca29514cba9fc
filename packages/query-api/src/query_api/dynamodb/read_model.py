"""The read model over DynamoDB's Query."""

import asyncio
from time import thread_time
from typing import Final

import msgspec

from aws_client import AwsClient, AwsError, HttpResponse
from aws_client.operations import QUERY
from query_api.dynamodb.counting.codec import CountCodec
from query_api.dynamodb.counting.pace import Pace
from query_api.dynamodb.counting.plan import CountedPage, CountRead
from query_api.dynamodb.counting.run import count_rows
from query_api.dynamodb.paging import read_merged_page
from query_api.dynamodb.partition import PartitionPage, PartitionRead
from query_api.dynamodb.query_codec import encode_query
from query_api.dynamodb.response import decode_response
from query_api.read_model.backend_client import map_error
from query_api.read_model.port import CountQuery, Counts, Page, RowQuery

_encoder: Final = msgspec.json.Encoder()


class DynamoDBReadModel:
    """Implements `ReadModel`.

    Args:
        count_s: seconds for a count, fewer than its deadline.
        pace: of all counts.
    """

    def __init__(self, client: AwsClient, table_name: str, *, count_s: float, pace: Pace) -> None:
        self._client = client
        self._table_name = table_name
        self._count_s = count_s
        self._pace = pace

    async def get_page(self, query: RowQuery) -> Page:
        """See `ReadModel.get_page`."""

        async def read_partition(read: PartitionRead) -> PartitionPage:
            def decode(response: HttpResponse) -> PartitionPage:
                return decode_response(response.body, query, read)

            body = _encoder.encode(encode_query(self._table_name, query, read))
            return await self._client.call(QUERY, body, decode)

        try:
            return await read_merged_page(query, read_partition)
        except AwsError as error:
            raise map_error(error) from error

    async def count(self, query: CountQuery) -> Counts:
        """See `ReadModel.count`."""
        codec = CountCodec(self._table_name, query)
        latest_s = asyncio.get_running_loop().time() + self._count_s

        async def read_partition(read: CountRead) -> CountedPage:
            body = _encoder.encode(codec.encode(read))
            async with self._pace.reading(latest_s) as note_decoding:

                def decode(response: HttpResponse) -> CountedPage:
                    started_s = thread_time()
                    page = codec.decode(response.body, read)
                    note_decoding(thread_time() - started_s)
                    return page

                return await self._client.call(QUERY, body, decode)

        try:
            return await count_rows(query, read_partition, time_s=self._count_s)
        except AwsError as error:
            raise map_error(error) from error

    def close(self) -> None:
        """Close the idle connections."""
        self._client.close()
