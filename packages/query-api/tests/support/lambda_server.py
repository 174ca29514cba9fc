"""Lambda's Invoke over HTTP, with the function in this process."""

import asyncio
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from testing.fault_server import Exchange, encode_response, run_fault_server


@contextmanager
def run_lambda(function: Callable[[object], Any]) -> Iterator[str]:
    """Serve a function, one invocation at a time; yields the endpoint's URL."""
    with ThreadPoolExecutor(1) as executor, run_fault_server() as server:

        async def invoke(exchange: Exchange) -> None:
            loop = asyncio.get_running_loop()
            headers = {}
            try:
                event = json.loads(exchange.body)
                reply = await loop.run_in_executor(executor, function, event)
            except Exception as error:  # noqa: BLE001 - as Lambda does
                reply = {"errorType": type(error).__name__, "errorMessage": str(error)}
                headers = {"x_amz_function_error": "Unhandled"}
            exchange.writer.write(encode_response(200, json.dumps(reply).encode(), **headers))

        server.acts = [invoke]
        yield server.url
