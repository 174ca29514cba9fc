"""Lists notifications."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, Literal, TypeAlias

from notification_client.cli.output.exports import render_csv, render_json, render_ndjson
from notification_client.cli.output.notification_fields import (
    get_cells,
    get_heading,
    render_fields,
)
from notification_client.cli.output.notification_table import Batches, TableColumn, render_table
from notification_client.cli.output.progress import SearchProgress
from notification_client.cli.search import Remarks, Search
from notification_client.cli.surroundings import Screen, note
from notification_client.client import Notifications
from notification_client.records import Notification, Page

Format: TypeAlias = Literal["table", "csv", "ndjson", "json"]

_MAX_PAGE_SIZE: Final = 100


@dataclass(frozen=True, slots=True)
class ListOptions:
    """How notifications are written.

    Attributes:
        limit: most notifications; None for all.
        has_mark: whether CSV begins with a byte order mark.
    """

    limit: int | None
    format: Format
    has_mark: bool


class LimitedPages:
    """The pages of a query, up to a limit.

    Attributes:
        count: notifications so far.
        has_more: whether the limit left any out, or may have.
    """

    def __init__(self, pages: Iterator[Page], limit: int | None, progress: SearchProgress) -> None:
        self.count = 0
        self.has_more = False
        self.remarks = Remarks()
        self._pages = pages
        self._limit = limit
        self._progress = progress

    def __iter__(self) -> Iterator[Sequence[Notification]]:
        for page in self._pages:
            left = None if self._limit is None else self._limit - self.count
            rows = page.notifications[:left]
            self.count += len(rows)
            self.remarks.add(page.message)
            self._progress.update(self.count, rows[-1].created_at if rows else None)
            yield rows
            if self.count == self._limit:
                is_cut = len(rows) < len(page.notifications)
                self.has_more = is_cut or page.next_cursor is not None
                return


def list_notifications(
    search: Search,
    found: Notifications,
    options: ListOptions,
    columns: Sequence[TableColumn] | None,
    screen: Screen,
) -> None:
    """Write the notifications that were found to standard output, and a closing note.

    Args:
        columns: of the table; None for a list of all fields instead.
    """
    progress = screen.create_progress("reading", search.window, search.now)
    size = min(options.limit or _MAX_PAGE_SIZE, _MAX_PAGE_SIZE)
    pages = LimitedPages(found.pages(page_size=size), options.limit, progress)
    output = screen.tables if options.format == "table" else screen.exports
    with progress.shown():
        batches = iter(pages)
        # If even the first request fails, nothing is written.
        first = next(batches)
        for lines in _render(chain([first], batches), search, options, columns, screen.width):
            with progress.hidden():
                output.write(lines)
    _add_notes(pages, search, options)


def _render(
    batches: Batches,
    search: Search,
    options: ListOptions,
    columns: Sequence[TableColumn] | None,
    width: int,
) -> Iterator[str]:
    zone = search.window.zone
    if options.format == "json":
        return render_json(batches)
    if options.format == "ndjson":
        return render_ndjson(batches)
    if options.format == "csv":
        # Whole seconds are what spreadsheets know; the last column has the exact time.
        heading = [*get_heading(zone), "created_at"]
        rows = ([[*get_cells(row, zone), row.created_at] for row in batch] for batch in batches)
        return render_csv(heading, rows, has_mark=options.has_mark)
    if columns:
        return render_table(search.get_caption(), columns, batches, zone, width)
    return render_fields(search.get_caption(), batches, zone, width)


def _add_notes(pages: LimitedPages, search: Search, options: ListOptions) -> None:
    is_table = options.format == "table"
    if is_table and pages.count:
        note("")
    result = search.describe(pages.count)
    if pages.has_more:
        note(f"The newest {result}.\nThere may be more: use --all, or a larger --limit.")
    elif is_table:
        note(f"{result}.")
    for remark in pages.remarks:
        note(f"Note: {remark}.")
