"""Stops an operator tool: by a signal, at a time limit, or when one of its threads fails."""

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from stream_processor.exceptions import StoppedError


class StopRequest:
    """A request to stop. Threads check it between their steps, and it ends their sleep."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def request(self) -> None:
        """Request that every thread stops."""
        self._event.set()

    @property
    def is_requested(self) -> bool:
        """Whether a stop was requested."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise `StoppedError` if a stop was requested."""
        if self.is_requested:
            raise StoppedError

    def sleep(self, seconds: float) -> None:
        """Sleep; raise `StoppedError` as soon as a stop is requested."""
        if self._event.wait(seconds):
            raise StoppedError


@contextmanager
def stop_on_signals() -> Iterator[StopRequest]:
    """Request a stop at the first SIGINT or SIGTERM; a second one ends the process."""
    stop = StopRequest()
    earlier = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def request_stop(*_: object) -> None:
        stop.request()
        for number in earlier:
            signal.signal(number, signal.SIG_DFL)

    for number in earlier:
        signal.signal(number, request_stop)
    try:
        yield stop
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


@contextmanager
def stop_after(seconds: float) -> Iterator[StopRequest]:
    """Request a stop after a time."""
    stop = StopRequest()
    timer = threading.Timer(seconds, stop.request)
    timer.daemon = True
    timer.start()
    try:
        yield stop
    finally:
        timer.cancel()


def run_all(tasks: Sequence[Callable[[], object]], stop: StopRequest) -> None:
    """Run tasks at once, each in its own thread; when one fails, stop the others.

    Raises:
        StoppedError: a task was stopped.
        Exception: the error of a task, of the first one if several failed.
    """
    with ThreadPoolExecutor(len(tasks)) as executor:
        running = [executor.submit(_run, task, stop) for task in tasks]
    failures = [failure for each in running if (failure := each.exception())]
    # The others were only stopped: their errors do not say what went wrong.
    failures.sort(key=lambda failure: isinstance(failure, StoppedError))
    if failures:
        raise failures[0]


def _run(task: Callable[[], object], stop: StopRequest) -> None:
    try:
        task()
    except BaseException:
        stop.request()
        raise
