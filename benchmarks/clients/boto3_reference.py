"""boto3's client in a thread pool."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, Final

import boto3
from boto3.dynamodb.types import TypeDeserializer
from botocore.config import Config

from benchmarks.clients.queries import CONCURRENCY, Query
from benchmarks.clients.rows import KEY, LIMIT, TABLE, USER_ID, Rows

REQUEST: Final[dict[str, Any]] = {
    "TableName": TABLE,
    "KeyConditionExpression": "#key = :value",
    "ExpressionAttributeNames": {"#key": KEY},
    "ExpressionAttributeValues": {":value": {"S": USER_ID}},
    "Limit": LIMIT,
}

_deserialize: Final = TypeDeserializer().deserialize


def decode_rows(response: Mapping[str, Any]) -> Rows:
    """Decode the items of a response to Query."""
    return [
        {name: _deserialize(value) for name, value in item.items()} for item in response["Items"]
    ]


@asynccontextmanager
async def connect(_: str) -> AsyncIterator[Query]:
    """Create the client; see `Connect`."""
    client = boto3.client("dynamodb", config=Config(max_pool_connections=CONCURRENCY))
    loop = asyncio.get_running_loop()

    def query_in_thread() -> Rows:
        return decode_rows(client.query(**REQUEST))

    with ThreadPoolExecutor(CONCURRENCY) as executor:

        async def query() -> Rows:
            return await loop.run_in_executor(executor, query_in_thread)

        yield query
