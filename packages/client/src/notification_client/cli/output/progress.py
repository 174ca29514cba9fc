"""Progress on a terminal, while pages or the parts of a summary arrive."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from notification_client.cli.times.window import Window

_BAR_WIDTH: Final = 20


class _CountColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        count = task.fields["count"]
        pace = count / task.elapsed if task.elapsed else 0
        return Text(f"{count:,} so far, {pace:,.0f}/s")


class SearchProgress:
    """A line on a terminal, which is gone when the search ends; nothing elsewhere.

    Notifications are read from the newest to the oldest, so their times say how much of the window
    is left.

    Args:
        verb: what is done, such as `counting`.
        now: the end of a window that has none.
        is_shared: whether results are written to the same terminal.
    """

    def __init__(
        self, console: Console, verb: str, window: Window, now: datetime, *, is_shared: bool
    ) -> None:
        self._is_shared = is_shared
        # Without a start nobody knows how much is left.
        left = [TimeRemainingColumn(compact=True), TextColumn("left")] if window.since else []
        self._end_ms = (window.until or now).timestamp() * 1000
        self._progress = Progress(
            TextColumn("{task.description}…"),
            BarColumn(_BAR_WIDTH),
            _CountColumn(),
            *left,
            console=console,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
            disable=not console.is_terminal,
        )
        total = self._end_ms - window.since.timestamp() * 1000 if window.since else None
        self._task = self._progress.add_task(verb, total=total, count=0)

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show it for the length of a with block."""
        with self._progress:
            yield

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Hide it for the length of a with block that writes results."""
        if self._is_shared:
            self._progress.stop()
        yield
        if self._is_shared:
            self._progress.start()

    def update(self, count: int, oldest_ms: int | None) -> None:
        """Update it.

        Args:
            count: notifications so far.
            oldest_ms: when the oldest of them was created; None if there is none yet.
        """
        completed = None if oldest_ms is None else max(0, self._end_ms - oldest_ms)
        self._progress.update(self._task, count=count, completed=completed)
