import pytest

from aws_client import RetryPolicy
from stream_processor.aws.retry import BatchRetry
from stream_processor.exceptions import (
    ReadModelWriteError,
    RecordGoneError,
)

THROTTLED = ReadModelWriteError("ThrottlingException", is_retry_safe=True)
DENIED = ReadModelWriteError("AccessDeniedException")


class Operation:
    """Raises the given failures, then succeeds; counts its calls."""

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
def retry(waits):
    limits = RetryPolicy(attempts=4, first_delay_s=1, longest_delay_s=3, retries_throttled=True)
    return BatchRetry(policy=limits, sleep=waits.append)


def test_a_passing_error_is_retried(retry):
    operation = Operation(THROTTLED, THROTTLED, THROTTLED)

    assert retry.call(operation) == "done"
    assert operation.calls == 4


def test_a_call_that_always_fails_raises_after_the_last_attempt(retry):
    operation = Operation(*[THROTTLED] * 4)

    with pytest.raises(ReadModelWriteError):
        retry.call(operation)

    assert operation.calls == 4


@pytest.mark.parametrize("failure", [DENIED, RecordGoneError()])
def test_a_lasting_error_is_not_retried(retry, waits, failure):
    operation = Operation(failure)

    with pytest.raises(type(failure)):
        retry.call(operation)

    assert (operation.calls, waits) == (1, [])


def test_a_foreign_error_is_not_retried(retry):
    operation = Operation(ZeroDivisionError())

    with pytest.raises(ZeroDivisionError):
        retry.call(operation)

    assert operation.calls == 1


def test_waits_are_drawn_between_zero_and_a_doubling_bound(retry, waits):
    for _ in range(200):
        retry.call(Operation(THROTTLED, THROTTLED, THROTTLED))

    for position, (above, bound) in enumerate([(0.5, 1), (1, 2), (2, 3)]):
        drawn = waits[position::3]
        assert max(drawn) <= bound
        assert max(drawn) > above
        assert min(drawn) < bound / 2
