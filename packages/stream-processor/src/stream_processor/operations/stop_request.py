"""How an operation is told to stop, and how its threads hear of it."""

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from stream_processor.exceptions import StoppedError


class StopRequest:
    """A request that threads look at between their steps, and that ends their waiting."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def make(self) -> None:
        """Ask every thread to stop."""
        self._event.set()

    @property
    def is_made(self) -> bool:
        """Whether the threads are to stop."""
        return self._event.is_set()

    def check(self) -> None:
        """Go on, or raise `StoppedError`."""
        if self.is_made:
            raise StoppedError

    def sleep(self, seconds: float) -> None:
        """Let time pass; raises `StoppedError` as soon as the request is made."""
        if self._event.wait(seconds):
            raise StoppedError


@contextmanager
def stop_on_signals() -> Iterator[StopRequest]:
    """Turn the first SIGINT or SIGTERM into a request; a second one ends the process."""
    request = StopRequest()
    earlier = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def make_request(*_: object) -> None:
        request.make()
        for number in earlier:
            signal.signal(number, signal.SIG_DFL)

    for number in earlier:
        signal.signal(number, make_request)
    try:
        yield request
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


@contextmanager
def stop_after(seconds: float) -> Iterator[StopRequest]:
    """Make the request when a time is over."""
    request = StopRequest()
    timer = threading.Timer(seconds, request.make)
    timer.daemon = True
    timer.start()
    try:
        yield request
    finally:
        timer.cancel()


def run_all(tasks: Sequence[Callable[[], object]], stop: StopRequest) -> None:
    """Run tasks at once, each in a thread of its own; when one fails, ask the others to stop.

    Raises:
        StoppedError: a task was stopped.
        Exception: what a task failed with, the first if there are several.
    """
    with ThreadPoolExecutor(len(tasks)) as executor:
        running = [executor.submit(_run, task, stop) for task in tasks]
    failures = [failure for each in running if (failure := each.exception())]
    # That others were stopped because of it says nothing about what went wrong.
    failures.sort(key=lambda failure: isinstance(failure, StoppedError))
    if failures:
        raise failures[0]


def _run(task: Callable[[], object], stop: StopRequest) -> None:
    try:
        task()
    except BaseException:
        stop.make()
        raise
