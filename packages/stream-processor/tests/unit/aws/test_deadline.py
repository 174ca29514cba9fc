import pytest

from stream_processor.aws.deadline import NO_DEADLINE, Deadline

from ...support.fakes import Context


def test_a_deadline_leaves_a_margin():
    deadline = Deadline.of_invocation(Context(60_000), margin_s=20)

    assert 30 < deadline.remaining_s <= 40


def test_a_context_that_is_not_lambdas_is_refused():
    with pytest.raises(AttributeError, match="get_remaining_time_in_millis"):
        Deadline.of_invocation(None, margin_s=1)


def test_less_time_than_the_margin_leaves_none():
    deadline = Deadline.of_invocation(Context(500), margin_s=1)

    assert deadline.remaining_s == 0


def test_time_runs_out():
    now_s = iter([9.0, 11.0])
    deadline = Deadline(10.0, now_s=lambda: next(now_s))

    assert deadline.remaining_s == 1
    assert deadline.remaining_s == 0


def test_no_deadline_is_never_reached():
    assert NO_DEADLINE.remaining_s == float("inf")
