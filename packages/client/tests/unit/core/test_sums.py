from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from notification_client import Group
from notification_client.core.responses import CountedGroup, SummaryPart
from notification_client.core.sums import Sum

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["SENT", "FAILED", None]),
        st.sampled_from(["app-1", "app-2", "", None]),
        st.integers(10**12, 10**12 + 50),
    ),
    max_size=40,
)


def count(rows, next_cursor=None):
    """Count rows as the service does."""
    counts = Counter((status, ap_id) for status, ap_id, _ in rows)
    times = [time for *_, time in rows]
    return SummaryPart(
        data=tuple(
            CountedGroup(status=status, ap_id=ap_id, count=number)
            for (status, ap_id), number in counts.items()
        ),
        counted=len(rows),
        first_created_at=min(times, default=None),
        last_created_at=max(times, default=None),
        message="",
        next_cursor=next_cursor,
    )


def add_up(parts):
    total = Sum(["status", "ap_id"])
    for part in parts:
        total.add(part)
    return total.get_summary()


@given(st.lists(ROWS, max_size=6))
def test_the_parts_add_up_to_the_whole_however_it_is_split(pieces):
    whole = [row for piece in pieces for row in piece]

    summary = add_up([*(count(piece, "next") for piece in pieces), count([])])

    assert summary == add_up([count(whole)])
    assert summary.counted == sum(group.count for group in summary.groups) == len(whole)


def test_the_largest_group_comes_first_then_by_value():
    rows = [("SENT", "b", 1)] * 2 + [("SENT", "", 1), (None, "b", 1), ("SENT", None, 1)]

    summary = add_up([count(rows)])

    assert summary.groups == (
        Group(status="SENT", ap_id="b", count=2),
        Group(status=None, ap_id="b", count=1),
        Group(status="SENT", ap_id=None, count=1),
        Group(status="SENT", ap_id="", count=1),
    )


def test_the_oldest_and_the_newest_of_all_parts_are_kept():
    summary = add_up(
        [count([("SENT", "a", 7), ("SENT", "a", 5)]), count([]), count([("SENT", "a", 3)])]
    )

    assert (summary.first_created_at, summary.last_created_at) == (3, 7)


def test_what_has_no_group_of_its_own_is_added_to_other():
    def part(number):
        return SummaryPart(
            data=(CountedGroup(status="SENT", count=5), CountedGroup(other=True, count=number)),
            counted=5 + number,
            first_created_at=1,
            last_created_at=2,
            message="",
            next_cursor=None,
        )

    summary = add_up([part(3), part(4)])

    assert (summary.other, summary.counted) == (7, 17)
    assert [group.count for group in summary.groups] == [10]


def test_an_empty_sum_has_no_times_and_is_not_complete():
    summary = Sum([]).get_summary()

    assert (summary.groups, summary.counted, summary.is_complete) == ((), 0, False)
    assert (summary.first_created_at, summary.last_created_at) == (None, None)


def test_each_text_of_the_service_is_kept_once():
    total = Sum([])
    for message in ("1 row could not be read", "x", "x"):
        total.add(
            SummaryPart(
                data=(),
                counted=0,
                first_created_at=None,
                last_created_at=None,
                message=message,
                next_cursor=None,
            )
        )

    assert total.get_summary().messages == ("1 row could not be read", "x")
