"""DynamoDB for threads: the asynchronous client on an event loop in a thread of its own."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from concurrent.futures import Future
from threading import Thread
from typing import Any, Final, TypeVar

from msgspec.json import Encoder

from aws_client import ClientOptions, Session, create_client
from aws_client.operations import Operation, decode_json

ArgumentT = TypeVar("ArgumentT")
ResultT = TypeVar("ResultT")

_encode: Final = Encoder().encode


class ThreadedClient:
    """Runs calls on its event loop, and waits for them in the caller's thread. Thread-safe."""

    def __init__(self, session: Session, options: ClientOptions, endpoint_url: str | None) -> None:
        """Create a client of DynamoDB and start its event loop; arguments as for `create_client`.

        Raises:
            InvalidConfigurationError: the URL or one of AWS's own settings is invalid.
        """
        self.retry_policy = options.retry_policy
        self._client = create_client(session, "dynamodb", options, endpoint_url)
        self.endpoint_url = self._client.endpoint_url
        # As many again wait, so that no connection does.
        self._max_running = 2 * options.max_connections
        self._loop = asyncio.new_event_loop()
        self._is_closing = asyncio.Event()
        # A daemon: a Lambda function's process ends without closing anything.
        self._thread = Thread(target=self._serve, name="aws-client", daemon=True)
        self._thread.start()

    async def call(
        self,
        operation: Operation,
        request: Mapping[str, Any],
        decode: Callable[[bytes], ResultT],
    ) -> ResultT:
        """Call an operation, from a coroutine on the event loop.

        Args:
            request: in the wire format.
            decode: a msgspec decoder of the body.

        Raises:
            AwsError: see `AwsClient.call`.
        """
        return await self._client.call(
            operation, _encode(request), lambda response: decode_json(response.body, decode)
        )

    def run(self, coroutine: Coroutine[Any, Any, ResultT]) -> ResultT:
        """Run a coroutine and return its result; an interrupted caller cancels it."""
        running = self._start(coroutine)
        try:
            return running.result()
        finally:
            running.cancel()

    def map(
        self,
        function: Callable[[ArgumentT], Coroutine[Any, Any, ResultT]],
        arguments: Iterable[ArgumentT],
    ) -> Iterator[ResultT]:
        """Run a coroutine for each argument, several at once; yield the results in order.

        Unlike `Executor.map`, it takes an argument only when its coroutine can start. When the
        arguments, a coroutine or the caller fail, it cancels what is running.
        """
        running: deque[Future[ResultT]] = deque()
        try:
            for argument in arguments:
                running.append(self._start(function(argument)))
                if len(running) >= self._max_running:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()
        finally:
            for each in running:
                each.cancel()

    def close(self) -> None:
        """Cancel what is running, close the connections and end the thread."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._is_closing.set)
            self._thread.join()

    def _start(self, coroutine: Coroutine[Any, Any, ResultT]) -> "Future[ResultT]":
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def _serve(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._wait_and_close())

    async def _wait_and_close(self) -> None:
        await self._is_closing.wait()
        self._client.close()
