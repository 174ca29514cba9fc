import io

import pytest
from rich.console import Console

from stream_processor.cli.reporting import (
    print_entry,
    print_rebuilt,
    print_verified_table,
    show_progress,
)
from stream_processor.operations.rebuild_state import RebuildCounts
from stream_processor.operations.redrive import RedrivenEntry
from stream_processor.operations.verify_counts import VerifyCounts


class Clock:
    def __init__(self):
        self.now_s = 100.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def text():
    return io.StringIO()


@pytest.fixture
def pipe(text):
    return Console(file=text, width=100)


def test_a_pipe_gets_a_line_every_five_seconds(pipe, text, clock):
    with show_progress(pipe, "rebuilt", 1000, clock) as advance:
        for _ in range(4):
            clock.now_s += 2.5
            advance(100)

    assert text.getvalue().splitlines() == [
        "rebuilt: 200 of about 1000, 40/s, 20 s left",
        "rebuilt: 400 of about 1000, 40/s, 15 s left",
    ]


def test_a_terminal_gets_a_bar_with_rows_rate_and_time_left(text, clock):
    terminal = Console(file=text, width=100, force_terminal=True, force_interactive=True)

    with show_progress(terminal, "rebuilt", 1000, clock) as advance:
        advance(150)
        clock.now_s += 10
        advance(250)

    shown = text.getvalue()
    assert "400/1000" in shown
    assert "25/s, 24 s left" in shown


def test_a_bar_raises_its_total_to_the_rows_done(text, clock):
    terminal = Console(file=text, width=100, force_terminal=True, force_interactive=True)

    with show_progress(terminal, "rebuilt", 10, clock) as advance:
        advance(50)

    assert "50/50" in text.getvalue()


def test_more_rows_than_estimated_raise_the_estimate_and_leave_no_time(pipe, text, clock):
    with show_progress(pipe, "rebuilt", 10, clock) as advance:
        for _ in range(3):
            clock.now_s += 10
            advance(50)

    assert "150 of about 150, 5/s, 0 s left" in text.getvalue()


def test_an_unknown_total_is_not_printed(pipe, text, clock):
    with show_progress(pipe, "rebuilt", 0, clock) as advance:
        clock.now_s += 10
        advance(50)

    assert text.getvalue().splitlines() == ["rebuilt: 50, 0/s, 0 s left"]


def test_rows_in_flight_are_reported_as_not_judged(pipe, text):
    print_verified_table(pipe, VerifyCounts(records=3012, in_flight=1650), None)

    assert text.getvalue().splitlines()[-2:] == [
        "0 differences in both tables",
        "1650 not judged yet: run verify again",
    ]


def test_a_verification_with_nothing_in_flight_says_nothing_of_it(pipe, text):
    print_verified_table(pipe, VerifyCounts(records=1), None)

    assert "judged" not in text.getvalue()


def test_rows_that_a_rebuild_could_not_repair_are_reported(pipe, text):
    print_rebuilt(pipe, RebuildCounts(written=1, failed=2), is_dry_run=False)

    assert text.getvalue().splitlines() == [
        "3 command records read: 0 rows already right, 1 written, 0 repaired, 0 records poison",
        "2 rows could not be repaired: run verify to count them",
    ]


def test_an_entry_with_nothing_to_repair_is_not_printed(pipe, text):
    print_entry(
        pipe, RedrivenEntry(name="m", records=1, repaired=0, remaining=()), is_dry_run=False
    )

    assert text.getvalue() == ""


def test_an_entry_is_printed_with_what_was_repaired_and_what_remains(pipe, text):
    entry = RedrivenEntry(name="m", records=3, repaired=1, remaining=("first", "second"))

    print_entry(pipe, entry, is_dry_run=False)

    assert text.getvalue().splitlines() == [
        "m: 1 of 3 records repaired",
        "m: remains: first",
        "m: remains: second",
    ]
