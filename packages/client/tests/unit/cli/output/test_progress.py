import io
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from notification_client.cli.output.progress import SearchProgress
from notification_client.cli.times.window import create_window

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ZONE = ZoneInfo("UTC")


def show(since, *, is_terminal=True, is_shared=False):
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=is_terminal, width=100, legacy_windows=False)
    window = create_window(since, None, ZONE, NOW)
    progress = SearchProgress(console, "counting", window, NOW, is_shared=is_shared)
    with progress.shown():
        progress.update(0, None)
        progress.update(1200, int(datetime(2026, 11, 24, 9, tzinfo=UTC).timestamp() * 1000))
        with progress.hidden():
            stream.write("<result>")
    return re.sub(r"\x1b\[[\d;]*m", "", stream.getvalue())


def test_progress_says_how_many_there_are_so_far():
    assert re.search(r"counting….*1,200 so far, [\d,]+/s", show(None))


@pytest.mark.parametrize(("since", "says_left"), [(None, False), ("6h", True)])
def test_the_time_left_is_said_where_the_window_has_a_start(since, says_left):
    assert ("left" in show(since)) == says_left


def test_the_line_is_gone_at_the_end():
    assert show("6h").rstrip().endswith("\x1b[2K")


def test_results_on_the_same_terminal_never_meet_the_line():
    shown = show("6h", is_shared=True)

    before, _, _ = shown.partition("<result>")
    assert before.endswith("\x1b[2K")


def test_without_a_terminal_nothing_is_shown():
    assert show("6h", is_terminal=False) == "<result>"
