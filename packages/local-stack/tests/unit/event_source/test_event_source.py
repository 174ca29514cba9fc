import threading

import pytest

from local_stack.event_source.event_source import EventSource
from local_stack.exceptions import ComponentStoppedError, StreamReadError

TIMEOUT_S = 20


class FakeStream:
    """A stream without shards; listing them first raises the given errors."""

    def __init__(self, failures):
        self.failures = list(failures)

    def find_readable_shards(self):
        if self.failures:
            raise self.failures.pop()
        return []


def _make_source(stream):
    return EventSource(stream, lambda *_: None, lambda _shard_id: None)


def test_a_failed_read_is_logged_and_retried(caplog):
    source = _make_source(FakeStream([StreamReadError("not readable")] * 2))

    with source.running():
        caught_up = source.wait_until_caught_up(TIMEOUT_S)
        source.check()

    assert caught_up
    assert caplog.text.count("not readable") == 2


def test_an_unexpected_error_stops_it_and_check_raises_it():
    source = _make_source(FakeStream([ZeroDivisionError()]))

    with source.running():
        caught_up = source.wait_until_caught_up(TIMEOUT_S)
        with pytest.raises(ComponentStoppedError) as caught:
            source.check()

    assert not caught_up
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_after_a_normal_stop_check_raises_nothing():
    source = _make_source(FakeStream([]))

    with source.running():
        pass

    source.check()


def test_a_read_that_began_before_the_wait_does_not_end_it():
    first_read, second_read, release = threading.Event(), threading.Event(), threading.Event()

    class SlowStream:
        def find_readable_shards(self):
            (second_read if first_read.is_set() else first_read).set()
            release.wait(TIMEOUT_S)
            if second_read.is_set():
                raise ZeroDivisionError
            return []

    source = _make_source(SlowStream())
    with source.running():
        first_read.wait(TIMEOUT_S)
        # Whenever the timer fires: the first read began too early, the second one fails.
        threading.Timer(0.1, release.set).start()
        caught_up = source.wait_until_caught_up(TIMEOUT_S)

    assert not caught_up
