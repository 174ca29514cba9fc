"""The read model over boto3's client, the reference for the service's own client."""

import asyncio
import json
import math
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ChecksumError,
    ClientError,
    HTTPClientError,
    ReadTimeoutError,
)
from botocore.exceptions import ConnectionError as ConnectingError
from botocore.parsers import ResponseParserError

import aws_client
from aws_client.errors import create_error
from query_api.dynamodb.counting.codec import CountCodec
from query_api.dynamodb.counting.plan import CountedPage, CountRead
from query_api.dynamodb.counting.run import count_rows
from query_api.dynamodb.paging import read_merged_page
from query_api.dynamodb.partition import PartitionPage, PartitionRead
from query_api.dynamodb.query_codec import decode_page, encode_query
from query_api.exceptions import (
    DeadlineExceededError,
    RefusedError,
    ThrottledError,
    UnavailableError,
)
from query_api.read_model.backend_client import map_error
from query_api.read_model.port import CountQuery, Counts, Page, RowQuery

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_dynamodb import DynamoDBClient

_MAX_ATTEMPTS: Final = 3


def create_boto3_client(
    session: boto3.Session, endpoint_url: str, attempt_timeout_s: float, max_connections: int
) -> "DynamoDBClient":
    config = Config(
        connect_timeout=attempt_timeout_s,
        read_timeout=attempt_timeout_s,
        retries={"mode": "standard", "total_max_attempts": _MAX_ATTEMPTS},
        max_pool_connections=max_connections,
    )
    client: DynamoDBClient = session.client("dynamodb", endpoint_url=endpoint_url, config=config)
    client.meta.events.register("response-received.dynamodb.Query", _stop_if_throttled)
    return client


def _stop_if_throttled(parsed_response: "Mapping[str, Any] | None", **_: object) -> None:
    """Raise before botocore retries.

    It would wait for up to a second, and then two: longer than a query may take, so that a
    throttled query would look like a slow one.
    """
    code = (parsed_response or {}).get("Error", {}).get("Code", "")
    if isinstance(create_error(code, 200), aws_client.ThrottledError):
        raise ThrottledError(code)


class Boto3ReadModel:
    """A `ReadModel` in a DynamoDB table.

    Args:
        max_threads: concurrent reads; at most the client's connections.
    """

    def __init__(self, client: "DynamoDBClient", table_name: str, *, max_threads: int) -> None:
        self._client = client
        self._table_name = table_name
        self._executor = ThreadPoolExecutor(max_threads, thread_name_prefix="dynamodb")

    async def get_page(self, query: RowQuery) -> Page:
        """See `ReadModel.get_page`."""

        async def read_partition(read: PartitionRead) -> PartitionPage:
            request = encode_query(self._table_name, query, read)
            loop = asyncio.get_running_loop()
            response = await loop.run_in_executor(self._executor, self._query, request)
            return decode_page(response, read)

        return await read_merged_page(query, read_partition)

    async def count(self, query: CountQuery) -> Counts:
        """See `ReadModel.count`. Counts everything, whatever its time."""
        codec = CountCodec(self._table_name, query)

        async def read_partition(read: CountRead) -> CountedPage:
            loop = asyncio.get_running_loop()
            response = await loop.run_in_executor(self._executor, self._query, codec.encode(read))
            return codec.decode(json.dumps(response).encode(), read)

        return await count_rows(query, read_partition, time_s=math.inf)

    def close(self) -> None:
        """Start no more reads; those in flight end by their timeouts."""
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._client.close()

    def _query(self, request: dict[str, Any]) -> "Mapping[str, Any]":
        try:
            return self._client.query(**request)
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            raise map_error(create_error(error.response["Error"]["Code"], status)) from error
        except ReadTimeoutError as error:
            raise DeadlineExceededError("no response in time") from error
        except (ConnectingError, HTTPClientError, ChecksumError, ResponseParserError) as error:
            raise UnavailableError(f"no connection: {type(error).__name__}") from error
        except BotoCoreError as error:
            raise RefusedError(type(error).__name__) from error
