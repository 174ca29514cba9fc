import os
import signal
import threading

import pytest

from stream_processor.exceptions import StoppedError, TableReadError
from stream_processor.operations.stop_request import (
    StopRequest,
    run_all,
    stop_after,
    stop_on_signals,
)

TIMEOUT_S = 20


def test_a_stop_request_ends_a_sleep():
    stop = StopRequest()
    threading.Timer(0.01, stop.request).start()

    with pytest.raises(StoppedError):
        stop.sleep(TIMEOUT_S)


def test_without_a_stop_request_check_and_sleep_return():
    stop = StopRequest()

    stop.check()
    stop.sleep(0)

    assert not stop.is_requested


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_requests_a_stop_and_later_ones_are_handled_as_before(number):
    before = signal.getsignal(number)

    with stop_on_signals() as stop:
        os.kill(os.getpid(), number)
        is_requested = stop.is_requested
        second = signal.getsignal(number)

    assert is_requested
    assert second is signal.SIG_DFL
    assert signal.getsignal(number) is before


def test_a_stop_is_requested_when_the_time_is_over():
    with stop_after(0.01) as stop, pytest.raises(StoppedError):
        stop.sleep(TIMEOUT_S)


def test_no_stop_is_requested_after_the_work_is_done():
    with stop_after(TIMEOUT_S) as stop:
        pass

    assert not stop.is_requested


def test_tasks_run_at_once():
    meeting = threading.Barrier(3, timeout=TIMEOUT_S)

    run_all([meeting.wait] * 3, StopRequest())


def test_a_failed_task_stops_the_others_and_its_error_is_raised():
    stop, finished = StopRequest(), []

    def work():
        stop.sleep(TIMEOUT_S)
        finished.append("not stopped")

    def fail():
        raise TableReadError("ThrottlingException")

    with pytest.raises(TableReadError):
        run_all([work, fail, work], stop)

    assert finished == []


def test_stopped_tasks_raise_stopped_error():
    stop = StopRequest()
    stop.request()

    with pytest.raises(StoppedError):
        run_all([stop.check], stop)
