"""aiobotocore, with boto3's decoder of items."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiobotocore.session import get_session

from benchmarks.clients.boto3_reference import REQUEST, decode_rows
from benchmarks.clients.queries import Query
from benchmarks.clients.rows import Rows


@asynccontextmanager
async def connect(_: str) -> AsyncIterator[Query]:
    """Create the client; see `Connect`."""
    session = get_session()  # type: ignore[no-untyped-call]
    async with session.create_client("dynamodb") as client:

        async def query() -> Rows:
            return decode_rows(await client.query(**REQUEST))

        yield query
