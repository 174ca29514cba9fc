"""This project's client, with a msgspec decoder of the rows as both services have one."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import msgspec

from aws_client import ClientOptions, HttpResponse, RetryPolicy, create_client, find_session
from aws_client.operations import QUERY, decode_json
from benchmarks.clients.queries import CONCURRENCY, Query
from benchmarks.clients.rows import KEY, LIMIT, TABLE, USER_ID, Rows

_OPTIONS: Final = ClientOptions(
    max_connections=CONCURRENCY,
    connect_timeout_s=1,
    attempt_timeout_s=5,
    retry_policy=RetryPolicy(
        attempts=3, first_delay_s=0.05, longest_delay_s=1, retries_throttled=True
    ),
    user_agent="benchmark",
)


class _Value(msgspec.Struct, gc=False):
    S: str | None = None
    N: int | None = None


class _Response(msgspec.Struct, gc=False):
    Items: list[dict[str, _Value]]


# Not strict: a number is text on the wire.
_decode: Final = msgspec.json.Decoder(_Response, strict=False).decode


@asynccontextmanager
async def connect(_: str) -> AsyncIterator[Query]:
    """Create the client; see `Connect`."""
    client = create_client(find_session(), "dynamodb", _OPTIONS)

    async def query() -> Rows:
        request = {
            "TableName": TABLE,
            "KeyConditionExpression": "#key = :value",
            "ExpressionAttributeNames": {"#key": KEY},
            "ExpressionAttributeValues": {":value": {"S": USER_ID}},
            "Limit": LIMIT,
        }
        return await client.call(QUERY, json.dumps(request).encode(), _decode_rows)

    yield query
    client.close()


def _decode_rows(response: HttpResponse) -> Rows:
    items = decode_json(response.body, _decode).Items
    return [
        {name: value.N if value.S is None else value.S for name, value in item.items()}
        for item in items
    ]
