import pytest

from notification_client import (
    ConnectionFailedError,
    InvalidResponseError,
    ProblemError,
    RetryPolicy,
)
from notification_client.core.retries import Attempts


def problem(status, retry_after_s=None):
    return ProblemError("/problems/x", "X", status, "", retry_after_s=retry_after_s)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_passing_problem_is_retried(status):
    assert Attempts(RetryPolicy()).decide(problem(status)) is True


def test_a_lost_connection_is_retried():
    assert Attempts(RetryPolicy()).decide(ConnectionFailedError("reset")) is True


@pytest.mark.parametrize(
    "error",
    [
        *(problem(status, retry_after_s=1) for status in (301, 400, 403, 404, 408, 413, 500, 501)),
        InvalidResponseError("x"),
        KeyError("x"),
    ],
)
def test_all_else_is_not_retried(error):
    assert Attempts(RetryPolicy()).decide(error) is False


def test_the_wait_is_at_least_that_of_retry_after():
    attempts = Attempts(RetryPolicy())

    waits = [attempts.decide(problem(503, retry_after_s=2)) for _ in range(100)]

    assert min(waits) >= 2
    assert max(waits) <= 2.5
    assert len(set(waits)) > 1


def test_a_retry_after_beyond_the_time_limit_ends_the_attempts():
    assert Attempts(RetryPolicy(within_s=10)).decide(problem(503, retry_after_s=11)) is False
