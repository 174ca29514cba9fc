"""The read model over DynamoDB's Query and this package's own AWS client."""

from typing import Final
from zlib import crc32

import boto3
import msgspec

from query_api.aws.client import AwsClient, ClientOptions, create_client
from query_api.aws.connection import HttpResponse
from query_api.dynamodb.errors import decode_error_code, map_error
from query_api.dynamodb.paging import PartitionPage, PartitionRead, read_merged_page
from query_api.dynamodb.query_codec import encode_query
from query_api.dynamodb.response import decode_response
from query_api.exceptions import UnavailableError
from query_api.read_model.port import Page, RowQuery

_OK: Final = 200
_HEADERS: Final = {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": "DynamoDB_20120810.Query",
}
_encoder: Final = msgspec.json.Encoder()


class DynamoDBReadModel:
    """Implements `ReadModel`."""

    def __init__(self, client: AwsClient, table_name: str) -> None:
        self._client = client
        self._table_name = table_name

    async def get_page(self, query: RowQuery) -> Page:
        """See `ReadModel.get_page`."""

        async def read_partition(read: PartitionRead) -> PartitionPage:
            body = _encoder.encode(encode_query(self._table_name, query, read))
            return await self._client.send(body, lambda response: _decode(response, read))

        return await read_merged_page(query, read_partition)

    def close(self) -> None:
        """Close the idle connections."""
        self._client.close()


def create_read_model(
    session: boto3.Session, table_name: str, options: ClientOptions
) -> DynamoDBReadModel:
    """Create the read model over this table.

    Raises:
        InvalidSettingsError: no region is set, or AWS's own settings are invalid.
    """
    return DynamoDBReadModel(create_client(session, "dynamodb", "/", _HEADERS, options), table_name)


def _decode(response: HttpResponse, read: PartitionRead) -> PartitionPage:
    checksum = response.headers.get(b"x-amz-crc32")
    if checksum is not None and checksum != b"%d" % crc32(response.body):
        raise UnavailableError("the response's checksum is wrong")
    if response.status != _OK:
        raise map_error(decode_error_code(response.body, response.status), response.status)
    return decode_response(response.body, read)
