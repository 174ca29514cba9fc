"""aiodynamo over aiohttp."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiodynamo.client import Client
from aiodynamo.credentials import Credentials
from aiodynamo.expressions import HashKey
from aiodynamo.http.aiohttp import AIOHTTP
from aiohttp import ClientSession
from yarl import URL

from benchmarks.aws_environment import REGION
from benchmarks.clients.queries import Query
from benchmarks.clients.rows import KEY, LIMIT, TABLE, USER_ID, Rows


@asynccontextmanager
async def connect(url: str) -> AsyncIterator[Query]:
    """Create the client; see `Connect`."""
    async with ClientSession() as session:
        client = Client(AIOHTTP(session), Credentials.auto(), REGION, URL(url))

        async def query() -> Rows:
            page = await client.query_single_page(TABLE, HashKey(KEY, USER_ID), limit=LIMIT)
            return page.items

        yield query
