import pytest
from hypothesis import given
from hypothesis import strategies as st

from notification_client import InvalidResponseError
from notification_client.core.walk import Walk


def follow(cursors):
    """Follow the cursors of responses; returns those that requests had."""
    walk, used = Walk(), []
    for cursor in cursors:
        used.append(walk.cursor)
        walk.advance(cursor)
    return walk, used


@given(st.integers(0, 50))
def test_different_cursors_are_followed_to_the_end(count):
    cursors = [f"c{number}" for number in range(count)]

    walk, used = follow([*cursors, None])

    assert used == [None, *cursors]
    assert not walk.has_more


@given(before=st.integers(0, 40), circle=st.integers(1, 40))
def test_every_circle_is_noticed_within_a_few_rounds(before, circle):
    start = [f"b{number}" for number in range(before)]
    rounds = [f"c{number}" for number in range(circle)] * (before + 4)

    with pytest.raises(InvalidResponseError, match="does not advance"):
        follow(start + rounds)


def test_a_cursor_that_stays_is_noticed_at_once():
    walk, _ = follow(["a", "b", "c", "d", "e"])

    with pytest.raises(InvalidResponseError):
        walk.advance("e")
