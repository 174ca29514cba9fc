"""Queries that run at once, on one event loop."""

import asyncio
import atexit
import os
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Final, TypeAlias

from benchmarks.aws_environment import make_aws_environment
from benchmarks.clients.rows import Rows, make_rows

CONCURRENCY: Final = 16

Query: TypeAlias = Callable[[], Awaitable[Rows]]
Connect: TypeAlias = Callable[[str], AbstractAsyncContextManager[Query]]
"""Creates a client of a URL, and yields its query."""


def make_queries(connect: Connect, url: str) -> Callable[[int], None]:
    """Return a function that sends a number of queries; the client lives as long as the process."""
    os.environ.update(make_aws_environment(url))
    runner, opened = asyncio.Runner(), AsyncExitStack()
    query = runner.run(opened.enter_async_context(connect(url)))
    atexit.register(lambda: runner.run(opened.aclose()))
    expected = make_rows()

    async def query_each(numbers: range) -> None:
        for _ in numbers:
            if await query() != expected:
                raise AssertionError("other rows than DynamoDB's")

    async def query_at_once(count: int) -> None:
        each = range(count // CONCURRENCY)
        await asyncio.gather(*(query_each(each) for _ in range(CONCURRENCY)))

    return lambda count: runner.run(query_at_once(count))
