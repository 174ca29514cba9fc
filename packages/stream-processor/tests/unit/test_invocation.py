import pytest

from stream_processor.invocation import get_remaining_s

from ..support.fakes import Context


def test_the_time_left_excludes_a_margin():
    assert get_remaining_s(Context(60_000), margin_s=20) == 40


def test_less_time_than_the_margin_leaves_none():
    assert get_remaining_s(Context(500), margin_s=1) == 0


def test_a_context_that_is_not_lambdas_is_refused():
    with pytest.raises(AttributeError, match="get_remaining_time_in_millis"):
        get_remaining_s(None, margin_s=1)
