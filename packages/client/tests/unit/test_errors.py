import pickle

import pytest

from notification_client import (
    DeadlineExceededError,
    ForbiddenError,
    InternalError,
    InvalidCursorError,
    InvalidRequestError,
    NotFoundError,
    ProblemError,
    RateLimitedError,
    RequestFault,
    UnavailableError,
)
from notification_client.errors import find_problem_class


@pytest.mark.parametrize(
    ("type_", "status", "expected"),
    [
        ("/problems/invalid-request", 400, InvalidRequestError),
        ("/problems/invalid-cursor", 400, InvalidCursorError),
        ("https://example.com/v1/problems/invalid-cursor", 400, InvalidCursorError),
        ("/problems/forbidden", 403, ForbiddenError),
        ("about:blank", 404, NotFoundError),
        ("/problems/method-not-allowed", 405, NotFoundError),
        ("/problems/body-too-large", 413, InvalidRequestError),
        ("/problems/rate-limited", 429, RateLimitedError),
        ("/problems/internal-error", 500, InternalError),
        ("/problems/unreachable", 502, UnavailableError),
        ("/problems/overloaded", 503, UnavailableError),
        ("/problems/deadline-exceeded", 504, DeadlineExceededError),
        ("/problems/a-newer-one", 503, UnavailableError),
        ("/problems/a-newer-one", 418, ProblemError),
        ("about:blank", 308, ProblemError),
    ],
)
def test_each_type_of_problem_has_an_exception(type_, status, expected):
    assert find_problem_class(type_, status) is expected


def test_a_problem_says_what_is_wrong_and_which_request_it_was():
    faults = [RequestFault("/status/3", "Too long"), RequestFault("", "Not an object")]

    error = InvalidRequestError("/problems/x", "Invalid request", 400, "See errors.", "r-1", faults)

    assert str(error) == (
        "400 Invalid request: See errors.; /status/3: Too long; /: Not an object (request r-1)"
    )


def test_a_problem_can_be_sent_to_another_process():
    error = UnavailableError("/problems/x", "Down", 503, "Wait.", "r-1", (), 2.5)

    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own

    assert type(copy) is UnavailableError
    assert vars(copy) == vars(error)
