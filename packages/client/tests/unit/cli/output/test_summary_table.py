from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from notification_client import Group, Summary
from notification_client.cli.output.summary_table import (
    get_cells,
    get_heading,
    get_records,
    render_summary,
)

TAIPEI = ZoneInfo("Asia/Taipei")
NEW_YORK = ZoneInfo("America/New_York")


def summarize(*groups, other=0):
    return Summary(
        groups=groups,
        other=other,
        counted=sum(group.count for group in groups) + other,
        first_created_at=1_704_067_200_000,
        last_created_at=1_704_070_800_999,
        messages=(),
        is_complete=True,
    )


def test_a_summary_fits_80_columns():
    summary = summarize(
        Group(ap_id="mobile-app-001", error_msg="UNREGISTERED: the device is unknown", count=12345),
        Group(ap_id=None, error_msg="-\x1b[0m", count=30),
        Group(ap_id="mobile-app-001", error_msg=None, count=1),
        other=700,
    )

    assert render_summary("Caption", summary, ("ap_id", "error_msg"), TAIPEI, 80) == (
        "Caption\n"
        "\n"
        "ap_id           error_msg                             count   share\n"
        "──────────────  ───────────────────────────────────  ──────  ──────\n"
        "mobile-app-001  UNREGISTERED: the device is unknown  12,345   94.4%  ███████████\n"
        "-               -\\x1b[0m                                 30    0.2%  ▏\n"
        "mobile-app-001  -                                         1   <0.1%  ▏\n"
        "(others)        -                                       700    5.4%  ▋\n"
        "──────────────  ───────────────────────────────────  ──────  ──────\n"
        "total                                                13,076  100.0%\n"
        "\n"
        "first 2024-01-01 08:00:00, last 2024-01-01 09:00:00 (Asia/Taipei)\n"
    )


def test_groups_with_a_time_are_in_its_order():
    groups = [
        Group(status="FAILED", hour="2024-01-01T09:00+08:00", count=3),
        Group(status="SENT", hour="2024-01-01T08:00+08:00", count=2),
        Group(status=None, hour="2024-01-01T09:00+08:00", count=1),
    ]

    cells = get_cells(summarize(*groups), ("hour", "status"), TAIPEI)

    assert cells == [
        ["2024-01-01 08:00", "SENT", 2],
        ["2024-01-01 09:00", None, 1],
        ["2024-01-01 09:00", "FAILED", 3],
    ]
    assert get_heading(("hour", "status"), TAIPEI) == ["hour (Asia/Taipei)", "status", "count"]


def test_an_hour_that_clocks_show_twice_is_two_hours():
    groups = [
        Group(hour="2026-11-01T01:00-05:00", count=2),
        Group(hour="2026-11-01T01:00-04:00", count=1),
        Group(hour="2026-11-01T00:00-04:00", count=1),
    ]

    cells = get_cells(summarize(*groups), ("hour",), NEW_YORK)

    assert cells == [
        ["2026-11-01 00:00", 1],
        ["2026-11-01 01:00-04:00", 1],
        ["2026-11-01 01:00-05:00", 2],
    ]


def test_records_are_those_of_the_api():
    summary = summarize(Group(status="FAILED", day="2024-01-01", count=3), other=4)

    assert get_records(summary, ("status", "day")) == [
        {"status": "FAILED", "day": "2024-01-01", "count": 3},
        {"other": True, "count": 4},
    ]


def test_without_attributes_there_is_a_total_alone():
    rendered = render_summary("Caption", summarize(Group(count=3)), (), TAIPEI, 80)

    assert rendered.splitlines()[2:5] == ["count   share", "─────  ──────", "    3  100.0%"]


@pytest.mark.parametrize("width", [40, 80, 200])
@given(st.lists(st.integers(min_value=1, max_value=10**9), min_size=1, max_size=6))
def test_bars_are_in_the_order_of_their_counts_and_can_be_seen(width, counts):
    groups = [Group(status=f"S{number}", count=count) for number, count in enumerate(counts)]

    lines = render_summary("Caption", summarize(*groups), ("status",), TAIPEI, width).splitlines()

    rows = lines[4 : 4 + len(counts)]
    bars = [sum("▏▎▍▌▋▊▉█".index(each) + 1 for each in row.split("%  ")[1]) for row in rows]
    assert all(bars)
    assert max(map(cell_len, lines[:-1])) <= width
    by_count = [bar for _, bar in sorted(zip(counts, bars, strict=True))]
    assert by_count == sorted(by_count)
