"""Waits for the effects of another thread that has no event for them."""

import asyncio
from collections.abc import Awaitable, Callable

_TIMEOUT_S = 10
_POLL_S = 0.001


async def wait_for(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(_TIMEOUT_S):
        while not condition():  # noqa: ASYNC110 - see above
            await asyncio.sleep(_POLL_S)


async def wait_for_another(get: Callable[[], Awaitable[object]], first: object) -> None:
    async with asyncio.timeout(_TIMEOUT_S):
        while await get() == first:  # noqa: ASYNC110 - see above
            await asyncio.sleep(_POLL_S)
