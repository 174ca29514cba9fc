import pytest

from stream_processor.aws.deadline import Deadline
from stream_processor.aws.retry import RetryPolicy
from stream_processor.exceptions import (
    ReadModelWriteError,
    RecordGoneError,
    RepairContendedError,
)

THROTTLED = ReadModelWriteError("ThrottlingException", is_retry_safe=True)
DENIED = ReadModelWriteError("AccessDeniedException")


class Operation:
    """Fails as told, then answers; counts its calls."""

    def __init__(self, *failures):
        self._failures = list(failures)
        self.calls = 0

    def __call__(self):
        self.calls += 1
        if self._failures:
            raise self._failures.pop(0)
        return "done"


@pytest.fixture
def waits():
    return []


@pytest.fixture
def policy(waits):
    return RetryPolicy(attempts=4, first_delay_s=1, longest_delay_s=3, sleep=waits.append)


@pytest.mark.parametrize("failure", [THROTTLED, RepairContendedError()])
def test_what_may_pass_is_tried_again(policy, failure):
    operation = Operation(failure, failure, failure)

    assert policy.call(operation) == "done"
    assert operation.calls == 4


def test_what_fails_every_time_is_given_up(policy):
    operation = Operation(*[THROTTLED] * 4)

    with pytest.raises(ReadModelWriteError):
        policy.call(operation)

    assert operation.calls == 4


@pytest.mark.parametrize("failure", [DENIED, RecordGoneError()])
def test_what_will_fail_again_is_not_tried_again(policy, waits, failure):
    operation = Operation(failure)

    with pytest.raises(type(failure)):
        policy.call(operation)

    assert (operation.calls, waits) == (1, [])


def test_an_error_that_is_not_ours_is_not_tried_again(policy):
    operation = Operation(ZeroDivisionError())

    with pytest.raises(ZeroDivisionError):
        policy.call(operation)

    assert operation.calls == 1


def test_waits_are_drawn_from_zero_to_a_bound_that_doubles(policy, waits):
    for _ in range(200):
        policy.call(Operation(THROTTLED, THROTTLED, THROTTLED))

    for position, (above, bound) in enumerate([(0.5, 1), (1, 2), (2, 3)]):
        drawn = waits[position::3]
        assert max(drawn) <= bound
        assert max(drawn) > above
        assert min(drawn) < bound / 2


def test_no_try_begins_after_the_deadline(policy, waits):
    operation = Operation(THROTTLED)

    with pytest.raises(ReadModelWriteError):
        policy.call(operation, Deadline(10.0, now_s=lambda: 10.0))

    assert (operation.calls, waits) == (1, [])
