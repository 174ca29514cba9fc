"""The event source: reads a stream in a thread and delivers its records to a function."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeAlias

from local_stack.event_source.delivery import Delivery, DeliveryPolicy, Discard
from local_stack.event_source.invocation import Handler, invoke
from local_stack.exceptions import ComponentStoppedError, StoppingError, StreamReadError

if TYPE_CHECKING:
    from concurrent.futures import Future

    from local_stack.event_source.stream_reader import ShardReader, StreamReader

CreateDestination: TypeAlias = Callable[[str], Discard]
"""Create the on-failure destination of a shard, given the shard's id."""

_IDLE_S: Final = 0.05
# Of this policy, only the delays apply to reads.
_READ_RETRIES: Final = DeliveryPolicy(longest_delay_s=5)

_logger = logging.getLogger(__name__)


class EventSource:
    """Invokes a function with the records of a stream, as Lambda's event source mapping does.

    Delivers batches of at most 100 records, each shard in order, from its oldest record. One thread
    serves all shards: the emulator's streams have only one, and the function is not thread-safe.
    """

    def __init__(
        self,
        stream: "StreamReader",
        handler: Handler,
        create_destination: CreateDestination,
        *,
        function_name: str = "stream-processor",
        policy: DeliveryPolicy = DeliveryPolicy(),  # noqa: B008 - immutable
    ) -> None:
        self._stream = stream
        self._handler = handler
        self._create_destination = create_destination
        self._function_name = function_name
        self._policy = policy
        self._stopping = threading.Event()
        self._progress = threading.Condition()
        self._caught_up_s = float("-inf")
        self._run_future: Future[None] | None = None

    @contextmanager
    def running(self) -> Iterator[None]:
        """Deliver in a thread for the length of a with block.

        At its end, the current invocation finishes and no other starts.
        """
        with ThreadPoolExecutor(1, thread_name_prefix="event-source") as executor:
            self._run_future = executor.submit(self._run)
            self._run_future.add_done_callback(self._notify)
            try:
                yield
            finally:
                self._stopping.set()

    def check(self) -> None:
        """Check that the thread still runs.

        Raises:
            ComponentStoppedError: it has ended; the cause is the error that ended it.
        """
        if self._run_future and self._has_ended() and not self._stopping.is_set():
            raise ComponentStoppedError("event source") from self._run_future.exception()

    def wait_until_caught_up(self, timeout_s: float) -> bool:
        """Wait until every record that is in the stream now is applied or discarded.

        Returns:
            False if that took longer than `timeout_s`.
        """
        called_s = time.monotonic()
        with self._progress:
            self._progress.wait_for(
                lambda: self._caught_up_s >= called_s or self._has_ended(), timeout_s
            )
            return self._caught_up_s >= called_s

    def _has_ended(self) -> bool:
        return self._run_future is None or self._run_future.done()

    def _notify(self, _ended: "Future[None]") -> None:
        with self._progress:
            self._progress.notify_all()

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                pause_s = 0 if self._poll() else _IDLE_S
                failures = 0
            except StreamReadError as error:
                failures += 1
                pause_s = _READ_RETRIES.compute_delay_s(failures)
                _logger.warning("%s; retrying in %.1f s", error, pause_s)
            except StoppingError:
                return
            self._stopping.wait(pause_s)

    def _poll(self) -> bool:
        """Read every shard once and deliver its records; returns whether there were any."""
        started_s = time.monotonic()
        found = [self._poll_shard(shard) for shard in self._stream.find_readable_shards()]
        if not any(found):
            with self._progress:
                self._caught_up_s = started_s
                self._progress.notify_all()
        return any(found)

    def _poll_shard(self, shard: "ShardReader") -> bool:
        records = shard.read()
        if records:
            delivery = Delivery(
                invoke=lambda batch: invoke(self._handler, self._function_name, batch),
                discard=self._create_destination(shard.shard_id),
                wait=self._wait,
                policy=self._policy,
            )
            delivery.deliver(records, shard.checkpoint)
        return bool(records)

    def _wait(self, seconds: float) -> None:
        if self._stopping.wait(seconds):
            raise StoppingError("the event source is stopping")
