import threading

import pytest

from local_stack.event_source.event_source import EventSource
from local_stack.exceptions import ComponentStoppedError, StreamReadError

TIMEOUT_S = 20


class FakeStream:
    """A stream without shards; asking for them fails first as often as it is told."""

    def __init__(self, failures):
        self.failures = list(failures)

    def find_readable_shards(self):
        if self.failures:
            raise self.failures.pop()
        return []


def _make_source(stream):
    return EventSource(stream, lambda *_: None, lambda _shard_id: None)


def test_a_stream_that_does_not_answer_is_asked_again_and_the_user_is_told(caplog):
    source = _make_source(FakeStream([StreamReadError("no answer")] * 2))

    with source.running():
        caught_up = source.wait_until_caught_up(TIMEOUT_S)
        source.check()

    assert caught_up
    assert caplog.text.count("no answer") == 2


def test_an_error_of_its_own_ends_it_and_is_reported():
    source = _make_source(FakeStream([ZeroDivisionError()]))

    with source.running():
        caught_up = source.wait_until_caught_up(TIMEOUT_S)
        with pytest.raises(ComponentStoppedError) as caught:
            source.check()

    assert not caught_up
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_an_orderly_stop_is_no_error():
    source = _make_source(FakeStream([]))

    with source.running():
        pass

    source.check()


def test_a_look_at_the_stream_begun_before_the_question_does_not_answer_it():
    first_look, second_look, release = threading.Event(), threading.Event(), threading.Event()

    class SlowStream:
        def find_readable_shards(self):
            (second_look if first_look.is_set() else first_look).set()
            release.wait(TIMEOUT_S)
            if second_look.is_set():
                raise ZeroDivisionError
            return []

    source = _make_source(SlowStream())
    with source.running():
        first_look.wait(TIMEOUT_S)
        # Whenever it fires, the answer is no: what the first look missed, the second never tells.
        threading.Timer(0.1, release.set).start()
        caught_up = source.wait_until_caught_up(TIMEOUT_S)

    assert not caught_up
