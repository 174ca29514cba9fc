"""Writes, finds and deletes many records of a command table, over the asynchronous client."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from typing import Any, Final, TypeAlias

from aws_client import (
    AwsClient,
    AwsError,
    ClientOptions,
    RetryPolicy,
    Session,
    ThrottledError,
    create_client,
)
from aws_client.operations import (
    BATCH_WRITE_ITEM,
    DESCRIBE_TABLE,
    QUERY,
    Operation,
    decode_object,
)
from local_stack.exceptions import LocalStackError
from notification_models import CommandRecord, encode_command_record
from notification_models.schema import COMMAND_RECORDS

# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
BATCH_SIZE: Final = 25
_CONNECTIONS: Final = 8
_RETRY_POLICY: Final = RetryPolicy(
    attempts=10, first_delay_s=0.05, longest_delay_s=5, retries_throttled=True
)
_OPTIONS: Final = ClientOptions(
    max_connections=_CONNECTIONS,
    connect_timeout_s=2,
    attempt_timeout_s=20,
    retry_policy=_RETRY_POLICY,
    user_agent="query-service-seed",
)
# Nobody waits long for the news that there is no DynamoDB at this address.
_FIRST_OPTIONS: Final = replace(_OPTIONS, retry_policy=replace(_RETRY_POLICY, attempts=3))
_HINT: Final = (
    "Start `query-service up`, or check --endpoint-url and --table-name, region and permissions"
)

Key: TypeAlias = Mapping[str, Any]
_Request: TypeAlias = Mapping[str, Any]


class RecordTableError(LocalStackError):
    """DynamoDB did not do what it was asked, after all attempts.

    Attributes:
        url: its endpoint.
        code: the error code of its response, or the name of what failed on the way.
    """

    def __init__(self, url: str, table_name: str, code: str, hint: str) -> None:
        super().__init__(f"table {table_name} at {url} cannot be used: {code}. {hint}")
        self.url = url
        self.code = code


class RecordTable:
    """A command table; belongs to one event loop.

    Every method raises `RecordTableError` if DynamoDB failed.
    """

    def __init__(self, client: AwsClient, name: str, policy: RetryPolicy = _RETRY_POLICY) -> None:
        self._client = client
        self._name = name
        self._policy = policy
        # A batch that waits for a connection would use up the time of its attempt.
        self._free = asyncio.Semaphore(_CONNECTIONS)

    async def put_all(
        self, records: Sequence[CommandRecord], report: Callable[[int], None]
    ) -> None:
        """Write records, all different, several batches at once.

        Args:
            report: called with the number of records of each batch that is written.
        """
        items = [encode_command_record(record) for record in records]
        await self._write_all([{"PutRequest": {"Item": item}} for item in items], report)

    async def delete_all(self, keys: Sequence[Key], report: Callable[[int], None]) -> None:
        """Delete records by their keys, all different; arguments as for `put_all`."""
        await self._write_all([{"DeleteRequest": {"Key": key}} for key in keys], report)

    async def find_keys(self, transaction_ids: Sequence[str]) -> Sequence[Key]:
        """Find the keys of all records of some transactions."""
        found = await asyncio.gather(*map(self._find_transaction, transaction_ids))
        return list(itertools.chain.from_iterable(found))

    async def _find_transaction(self, transaction_id: str) -> Sequence[Key]:
        request = {
            "TableName": self._name,
            "ConsistentRead": True,
            "KeyConditionExpression": "transaction_id = :id",
            "ExpressionAttributeValues": {":id": {"S": transaction_id}},
            "ProjectionExpression": "transaction_id, created_at",
        }
        keys: list[Key] = []
        while True:
            page = await self._call(QUERY, request)
            keys += page["Items"]
            if "LastEvaluatedKey" not in page:
                return keys
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    async def _write_all(self, requests: Sequence[_Request], report: Callable[[int], None]) -> None:
        starts = range(0, len(requests), BATCH_SIZE)
        batches = (requests[start : start + BATCH_SIZE] for start in starts)
        await asyncio.gather(*(self._write(batch, report) for batch in batches))

    async def _write(self, batch: Sequence[_Request], report: Callable[[int], None]) -> None:
        """Write a batch; what DynamoDB leaves unprocessed is sent again, after a pause."""
        for attempts in itertools.count(1):
            response = await self._call(BATCH_WRITE_ITEM, {"RequestItems": {self._name: batch}})
            unprocessed = response.get("UnprocessedItems", {}).get(self._name, [])
            report(len(batch) - len(unprocessed))
            if not unprocessed:
                return
            if not self._policy.can_retry(ThrottledError("UnprocessedItems"), attempts):
                raise self._wrap(ThrottledError("UnprocessedItems"))
            batch = unprocessed
            await asyncio.sleep(self._policy.draw_delay_s(attempts))

    async def _call(self, operation: Operation, request: _Request) -> dict[str, Any]:
        async with self._free:
            try:
                return await _call(self._client, operation, request)
            except AwsError as error:
                raise self._wrap(error) from error

    def _wrap(self, error: AwsError) -> RecordTableError:
        hint = "What was changed so far stays so"
        return RecordTableError(self._client.endpoint_url, self._name, error.code, hint)


@asynccontextmanager
async def open_record_table(
    session: Session, endpoint_url: str, name: str = COMMAND_RECORDS.name
) -> AsyncIterator[RecordTable]:
    """Open a command table that exists; its connections close at the end of the with block.

    Raises:
        RecordTableError: there is none, or DynamoDB cannot be reached.
        InvalidConfigurationError: the URL or one of AWS's own settings is invalid.
    """
    with closing(create_client(session, "dynamodb", _FIRST_OPTIONS, endpoint_url)) as client:
        try:
            await _call(client, DESCRIBE_TABLE, {"TableName": name})
        except AwsError as error:
            raise RecordTableError(client.endpoint_url, name, error.code, _HINT) from error
    with closing(create_client(session, "dynamodb", _OPTIONS, endpoint_url)) as client:
        yield RecordTable(client, name)


async def _call(client: AwsClient, operation: Operation, request: _Request) -> dict[str, Any]:
    return await client.call(operation, json.dumps(request).encode(), decode_object)
